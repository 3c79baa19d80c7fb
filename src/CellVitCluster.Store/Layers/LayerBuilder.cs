using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Layers;

/// <summary>
/// Computes a class layer from the table and the embeddings that a store holds, row group by row group. The bytes are a function of these
/// and the classifier, whenever and wherever it is done. Memory: the classes and probabilities of one row group.
/// </summary>
internal static class LayerBuilder
{
    /// <summary>Writes the file of the layer durably; it must not exist.</summary>
    /// <param name="storeDirectory">Directory with <c>cells.parquet</c> and <c>tokens.npy</c>.</param>
    /// <param name="run">The analysis.</param>
    /// <param name="slide">Content of the slide.</param>
    /// <param name="classifier">Gives the classes.</param>
    /// <returns>The entries for the manifest.</returns>
    /// <exception cref="ArgumentException">The classifier reads embeddings of another width, or its taxonomy's name is no file name.</exception>
    /// <exception cref="Domain.Errors.StoreException">The store is damaged, the disk is full, or the place cannot be written.</exception>
    public static (ManifestLayer Layer, ManifestFile File) Build(string storeDirectory, RunId run, SlideId slide, ITokenClassifier classifier)
    {
        using var cells = new CellTableReader(Path.Combine(storeDirectory, CellStoreFiles.Cells));
        using var tokens = new TokenTable(Path.Combine(storeDirectory, CellStoreFiles.Tokens));
        if (tokens.Width != classifier.TokenWidth)
        {
            throw new ArgumentException($"The classifier reads embeddings of width {classifier.TokenWidth}, the store has {tokens.Width}.", nameof(classifier));
        }

        var source = new ManifestClassifier(classifier.FileName, classifier.Sha256);
        using var writer = new LayerTableWriter(storeDirectory, run, slide, classifier.Taxonomy, source);
        try
        {
            foreach (RowGroup group in cells.ReadIndex())
            {
                var classes = new byte[group.Rows];
                var probabilities = new float[group.Rows * classifier.Taxonomy.Classes.Count];
                classifier.Classify(tokens.Rows(group.FirstRow, group.Rows), classes, probabilities);
                writer.Write(cells.ReadIds(group), classes, probabilities);
            }

            return writer.Complete();
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            throw StorageErrors.Writing(Path.Combine(storeDirectory, CellStoreFiles.Layer(classifier.Taxonomy.Name)), writer.Failure ?? e);
        }
    }
}
