using CellVitCluster.Domain.Geometry;
using CellVitCluster.Store.Cells;

namespace CellVitCluster.Store.Export;

/// <summary>Which cells of a store are wanted.</summary>
public sealed record CellSelection
{
    /// <summary>Cells whose centroid lies inside, level-0 px; null: everywhere. Neighboring regions so share no cell and lose none.</summary>
    public SlideRect? Region { get; init; }

    /// <summary>Class ids; null: all.</summary>
    public IReadOnlySet<byte>? Classes { get; init; }

    /// <summary>Smallest <see cref="StoredCell.ClassProbability"/>, 0 … 1.</summary>
    public float MinProbability { get; init; }

    /// <summary>The selected cells by ascending id, read row group by row group.</summary>
    /// <exception cref="Domain.Errors.StoreException">The store is damaged.</exception>
    public IEnumerable<StoredCell> From(CellStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        IEnumerable<StoredCell> cells = Region is { } region ? store.QueryCentroids(region) : store.ReadAll();
        return cells.Where(cell => cell.ClassProbability >= MinProbability && (Classes is null || Classes.Contains(cell.Class)));
    }
}
