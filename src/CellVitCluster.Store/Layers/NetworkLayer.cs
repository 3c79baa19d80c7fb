using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Layers;

/// <summary>
/// Writes the class layer of the network's own class branch while the cells are written: the class that each cell has, and the probabilities
/// of all classes. Not thread-safe.
/// </summary>
internal sealed class NetworkLayer : IDisposable
{
    private readonly int _classCount;
    private readonly LayerTableWriter _writer;

    /// <summary>Creates the file; it must not exist.</summary>
    /// <param name="storeDirectory">Directory of the store.</param>
    /// <param name="description">The store.</param>
    /// <param name="classCount">Classes of the network, background included.</param>
    /// <exception cref="ArgumentException">The taxonomy's name is no file name.</exception>
    public NetworkLayer(string storeDirectory, StoreDescription description, int classCount)
    {
        _classCount = classCount;
        Taxonomy own = description.Taxonomy;
        var taxonomy = new Taxonomy(own.Name, [.. Enumerable.Range(0, classCount).Select(id => own[(byte)id])]);
        _writer = new LayerTableWriter(storeDirectory, description.Run, description.Slide, taxonomy, classifier: null);
    }

    /// <summary>What went wrong below the Parquet library, or null.</summary>
    public Exception? Failure => _writer.Failure;

    /// <summary>Classes of a network whose layer is worth a file: background and more than one other class.</summary>
    public static bool IsWorthwhile(int classCount) => classCount > 2;

    /// <summary>Writes the cells of one block as one row group.</summary>
    /// <param name="records">Cells in the order of the store; at least one.</param>
    public void Write(BlockRecords records)
    {
        var ids = new long[records.Count];
        var classes = new byte[records.Count];
        var probabilities = new float[records.Count * _classCount];
        for (int i = 0; i < records.Count; i++)
        {
            ids[i] = records.Id(i);
            classes[i] = CellRecord.At(records[i]).Class;
            CellRecord.ClassProbabilities(records[i]).CopyTo(probabilities.AsSpan(i * _classCount));
        }

        _writer.Write(ids, classes, probabilities);
    }

    /// <summary>Writes the footer and flushes the file to the device.</summary>
    /// <returns>The entries for the manifest.</returns>
    public (ManifestLayer Layer, ManifestFile File) Complete() => _writer.Complete();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
