using System.Collections.Concurrent;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Layers;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Reads the cell store of one slide. A published store never changes, so one object may be kept and shared: all members are thread-safe;
/// readers of the Parquet file are pooled, one per concurrent call. Memory: the statistics of the row groups, and one row group per call.
/// Dispose it when no enumeration and no token span is in use.
/// </summary>
public sealed class CellStore : IDisposable
{
    private readonly string _tablePath;
    private readonly IReadOnlyList<RowGroup> _groups;
    private readonly ConcurrentBag<CellTableReader> _readers = [];
    private volatile bool _disposed;

    private CellStore(string directory, StoreManifest manifest)
    {
        Directory = directory;
        Manifest = manifest;
        Taxonomy = manifest.Taxonomy.ToTaxonomy();
        _tablePath = Path.Combine(directory, CellStoreFiles.Cells);
        var reader = new CellTableReader(_tablePath);
        _readers.Add(reader);
        try
        {
            _groups = reader.ReadIndex();
            if (reader.RowCount != manifest.Cells)
            {
                throw StorageErrors.Corrupt(_tablePath, $"It has {reader.RowCount} rows, the manifest states {manifest.Cells} cells.");
            }

            Tokens = new TokenTable(Path.Combine(directory, CellStoreFiles.Tokens));
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Absolute path of the directory with the manifest.</summary>
    public string Directory { get; }

    /// <summary>What the store is and where it comes from.</summary>
    public StoreManifest Manifest { get; }

    /// <summary>Classes of the segmentation network.</summary>
    public Taxonomy Taxonomy { get; }

    /// <summary>Class layers in the order of the manifest.</summary>
    public IReadOnlyList<ManifestLayer> Layers => Manifest.Layers ?? [];

    /// <summary>Embeddings: row n belongs to the cell with <see cref="StoredCell.Row"/> n.</summary>
    public TokenTable Tokens { get; }

    /// <summary>Number of cells.</summary>
    public long Count => Manifest.Cells;

    /// <summary>Opens a store. Digests are not computed; see <see cref="StoreCheck"/>.</summary>
    /// <param name="path">The store's directory, its manifest, or a slide's output folder that holds one store.</param>
    /// <exception cref="StoreException">
    /// <see cref="ErrorCode.StoreMissing"/>: no store there. <see cref="ErrorCode.StoreCorrupt"/>: damaged, or of a newer format.
    /// </exception>
    public static CellStore Open(string path)
    {
        string directory = ManifestReader.Locate(path);
        return new CellStore(directory, ManifestReader.Read(directory));
    }

    /// <summary>The cell with an id, or null.</summary>
    /// <exception cref="StoreException">The table is damaged.</exception>
    public StoredCell? Find(CellId id)
    {
        RowGroup? group = GroupOf(id);
        if (group is null)
        {
            return null;
        }

        return Use(reader =>
        {
            int row = Array.BinarySearch(reader.ReadIds(group), id.Value);
            return row < 0 ? null : reader.ReadCells(group, [row])[0];
        });
    }

    /// <summary>Cells whose outline's bounding box shares an area with a rectangle, by ascending id; read row group by row group.</summary>
    /// <param name="area">Level-0 px.</param>
    /// <exception cref="StoreException">The table is damaged.</exception>
    public IEnumerable<StoredCell> Query(SlideRect area) =>
        Select(group => group.Outlines.Overlaps(area), (reader, group) => reader.FindOutlines(group, area));

    /// <summary>
    /// Cells whose centroid lies in a rectangle, by ascending id; read row group by row group. Rectangles that share sides share no cell.
    /// </summary>
    /// <param name="area">Level-0 px; its right and bottom sides do not belong to it.</param>
    /// <exception cref="StoreException">The table is damaged.</exception>
    public IEnumerable<StoredCell> QueryCentroids(SlideRect area) =>
        Select(group => group.Centroids.MayReach(area), (reader, group) => reader.FindCentroids(group, area));

    /// <summary>All cells by ascending id; read row group by row group.</summary>
    /// <exception cref="StoreException">The table is damaged.</exception>
    public IEnumerable<StoredCell> ReadAll()
    {
        foreach (RowGroup group in _groups)
        {
            foreach (StoredCell cell in Use(reader => reader.ReadCells(group)))
            {
                yield return cell;
            }
        }
    }

    /// <summary>The layer whose classes are meant by what a user asked for, or null when those of the cells are.</summary>
    /// <param name="asked">
    /// Name of a layer or of <see cref="Taxonomy"/>. Null: the cells' own classes, or the first layer when the network's class branch gave
    /// them none.
    /// </param>
    public string? LayerFor(string? asked)
    {
        if (asked is null)
        {
            return Manifest.ClassBranch is null || Layers.Count == 0 ? null : Layers[0].Name;
        }

        bool isLayer = Layers.Any(layer => string.Equals(layer.Name, asked, StringComparison.OrdinalIgnoreCase));
        return !isLayer && string.Equals(asked, Taxonomy.Name, StringComparison.OrdinalIgnoreCase) ? null : asked;
    }

    /// <summary>Opens a class layer; the caller disposes it.</summary>
    /// <param name="name">One of <see cref="Layers"/>.</param>
    /// <exception cref="StoreException">
    /// <see cref="ErrorCode.LayerMissing"/>: no layer of that name. <see cref="ErrorCode.StoreCorrupt"/>: it is damaged.
    /// </exception>
    public ClassLayer OpenLayer(string name)
    {
        ManifestLayer layer = Layers.FirstOrDefault(l => string.Equals(l.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new StoreException(
                ErrorCode.LayerMissing,
                $"There is no class layer '{name}' in '{Directory}'.",
                $"The layers of this store are: {(Layers.Count == 0 ? "none" : string.Join(", ", Layers.Select(l => l.Name)))}.",
                "Name one of these, or run the slide with --classifier.");
        return new ClassLayer(Path.Combine(Directory, layer.File), layer.Taxonomy.ToTaxonomy(), Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        DisposeIdleReaders();
        Tokens.Dispose();
    }

    private RowGroup? GroupOf(CellId id)
    {
        int low = 0, high = _groups.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            RowGroup group = _groups[middle];
            if (id < group.FirstId)
            {
                high = middle - 1;
            }
            else if (id > group.LastId)
            {
                low = middle + 1;
            }
            else
            {
                return group;
            }
        }

        return null;
    }

    private IEnumerable<StoredCell> Select(Func<RowGroup, bool> wanted, Func<CellTableReader, RowGroup, List<int>> find)
    {
        foreach (RowGroup group in _groups.Where(wanted))
        {
            StoredCell[] cells = Use(reader =>
            {
                List<int> rows = find(reader, group);
                return rows.Count == 0 ? [] : reader.ReadCells(group, rows);
            });
            foreach (StoredCell cell in cells)
            {
                yield return cell;
            }
        }
    }

    private T Use<T>(Func<CellTableReader, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_readers.TryTake(out CellTableReader? reader))
        {
            reader = new CellTableReader(_tablePath);
        }

        try
        {
            return read(reader);
        }
        finally
        {
            _readers.Add(reader);
            if (_disposed)
            {
                DisposeIdleReaders();
            }
        }
    }

    private void DisposeIdleReaders()
    {
        while (_readers.TryTake(out CellTableReader? reader))
        {
            reader.Dispose();
        }
    }
}
