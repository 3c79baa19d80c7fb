using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Model.Cards;

/// <summary>Classes of the published networks, in the colors people know from QuPath. Source: spec/model.md §2.1, spec/conventions.md.</summary>
public static class PanNukeTaxonomy
{
    private static readonly (byte Red, byte Green, byte Blue)[] FurtherColors =
        [(80, 56, 112), (87, 112, 56), (110, 0, 0), (255, 196, 196), (214, 255, 196)];

    /// <summary>Background and the five PanNuke classes.</summary>
    public static Taxonomy Instance { get; } = new(
        "pannuke",
        [
            new CellClass(0, "Background", 92, 20, 186),
            new CellClass(1, "Neoplastic", 255, 0, 0),
            new CellClass(2, "Inflammatory", 34, 221, 77),
            new CellClass(3, "Connective", 35, 92, 236),
            new CellClass(4, "Dead", 254, 255, 0),
            new CellClass(5, "Epithelial", 255, 159, 68),
        ]);

    /// <summary>
    /// Taxonomy for class names found in a checkpoint: PanNuke names keep their colors, others get the further colors in turn. Six unnamed
    /// classes are PanNuke's.
    /// </summary>
    /// <param name="names">Names by id, background first; may be empty.</param>
    /// <param name="count">Number of classes, background included.</param>
    internal static Taxonomy For(IReadOnlyList<string> names, int count)
    {
        if (names.SequenceEqual(Instance.Classes.Select(c => c.Name), StringComparer.Ordinal) || (names.Count == 0 && count == Instance.Classes.Count))
        {
            return Instance;
        }

        var classes = new CellClass[count];
        for (int id = 0; id < count; id++)
        {
            string name = id < names.Count ? names[id] : id == 0 ? "Background" : FormattableString.Invariant($"Class {id}");
            (byte red, byte green, byte blue) = FurtherColors[id % FurtherColors.Length];
            CellClass? known = Instance.Classes.FirstOrDefault(c => c.Name == name);
            classes[id] = known is null ? new CellClass((byte)id, name, red, green, blue) : known with { Id = (byte)id };
        }

        return new Taxonomy("checkpoint", classes);
    }
}
