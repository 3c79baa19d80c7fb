using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Layers;

namespace CellVitCluster.Store.Export;

/// <summary>Which cells of a store are wanted.</summary>
public sealed record CellSelection
{
    /// <summary>Cells whose centroid lies inside, level-0 px; null: everywhere. Neighboring regions so share no cell and lose none.</summary>
    public SlideRect? Region { get; init; }

    /// <summary>Class layer whose classes and probabilities take the place of the cells' own; null: the cells' own.</summary>
    public string? Layer { get; init; }

    /// <summary>Class ids; null: all.</summary>
    public IReadOnlySet<byte>? Classes { get; init; }

    /// <summary>Smallest <see cref="StoredCell.ClassProbability"/>, 0 … 1.</summary>
    public float MinProbability { get; init; }

    /// <summary>Taxonomy of the classes that the selected cells have.</summary>
    /// <exception cref="Domain.Errors.StoreException">There is no such layer, or it is damaged.</exception>
    public Taxonomy TaxonomyOf(CellStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (Layer is null)
        {
            return store.Taxonomy;
        }

        using ClassLayer layer = store.OpenLayer(Layer);
        return layer.Taxonomy;
    }

    /// <summary>The selected cells by ascending id, read row group by row group.</summary>
    /// <exception cref="Domain.Errors.StoreException">The store is damaged, or there is no such layer.</exception>
    public IEnumerable<StoredCell> From(CellStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        IEnumerable<StoredCell> cells = Region is { } region ? store.QueryCentroids(region) : store.ReadAll();
        return (Layer is null ? cells : Reclassify(cells, store.OpenLayer(Layer)))
            .Where(cell => cell.ClassProbability >= MinProbability && (Classes is null || Classes.Contains(cell.Class)));
    }

    /// <summary>Gives cells of a store the classes of one of its layers, which is disposed at the end.</summary>
    /// <param name="cells">Cells by ascending id.</param>
    /// <param name="layer">The layer.</param>
    private static IEnumerable<StoredCell> Reclassify(IEnumerable<StoredCell> cells, ClassLayer layer)
    {
        using (layer)
        {
            foreach (StoredCell cell in cells)
            {
                LayerCell row = layer[cell.Row];
                yield return cell with { Class = row.Class, ClassProbability = row.Probability, ClassProbabilities = row.Probabilities };
            }
        }
    }
}
