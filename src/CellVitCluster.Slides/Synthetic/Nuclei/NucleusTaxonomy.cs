using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>Names and display colors of the drawn kinds: those of the PanNuke taxonomy.</summary>
internal static class NucleusTaxonomy
{
    private static readonly CellClass Neoplastic = new((byte)NucleusKind.Neoplastic, "Neoplastic", 255, 0, 0);
    private static readonly CellClass Inflammatory = new((byte)NucleusKind.Inflammatory, "Inflammatory", 34, 221, 77);
    private static readonly CellClass Connective = new((byte)NucleusKind.Connective, "Connective", 35, 92, 236);
    private static readonly CellClass Epithelial = new((byte)NucleusKind.Epithelial, "Epithelial", 255, 159, 68);

    /// <summary>Class of a kind.</summary>
    public static CellClass Of(NucleusKind kind) => kind switch
    {
        NucleusKind.Neoplastic => Neoplastic,
        NucleusKind.Inflammatory => Inflammatory,
        NucleusKind.Connective => Connective,
        _ => Epithelial,
    };
}
