namespace CellVitCluster.Domain.Taxonomies;

/// <summary>A named set of cell classes with display colors.</summary>
/// <param name="Name">Short name, for example "pannuke"; also used in file names.</param>
/// <param name="Classes">Classes by ascending id.</param>
public sealed record Taxonomy(string Name, IReadOnlyList<CellClass> Classes)
{
    /// <summary>Class with the given id, or a gray "Class n" when the taxonomy does not know it.</summary>
    public CellClass this[byte id] =>
        Classes.FirstOrDefault(c => c.Id == id) ?? new CellClass(id, FormattableString.Invariant($"Class {id}"), 128, 128, 128);
}
