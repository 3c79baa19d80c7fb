using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Types;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Manifests;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace CellVitCluster.Store.Layers;

/// <summary>Writes one class layer, one row group per block like <c>cells.parquet</c>. Not thread-safe.</summary>
internal sealed class LayerTableWriter : IDisposable
{
    private readonly string _directory;
    private readonly Taxonomy _taxonomy;
    private readonly ManifestClassifier? _classifier;
    private readonly long[] _counts = new long[byte.MaxValue + 1];
    private readonly Apache.Arrow.Schema _schema;
    private readonly DigestFileStream _stream;
    private readonly FileWriter _writer;

    /// <summary>Creates the file; it must not exist.</summary>
    /// <param name="storeDirectory">Directory of the store.</param>
    /// <param name="run">The analysis.</param>
    /// <param name="slide">Content of the slide.</param>
    /// <param name="taxonomy">Classes with ids 0, 1, 2 …; its name is that of the layer.</param>
    /// <param name="classifier">What computes the layer; null: the network itself.</param>
    /// <exception cref="ArgumentException">The taxonomy's name is no file name.</exception>
    public LayerTableWriter(string storeDirectory, RunId run, SlideId slide, Taxonomy taxonomy, ManifestClassifier? classifier)
    {
        if (taxonomy.Name.Length == 0 || Path.GetFileName(taxonomy.Name) != taxonomy.Name)
        {
            throw new ArgumentException($"'{taxonomy.Name}' cannot be the name of a layer.", nameof(taxonomy));
        }

        _taxonomy = taxonomy;
        _classifier = classifier;
        _directory = Path.Combine(storeDirectory, CellStoreFiles.LayersDirectory);
        Directory.CreateDirectory(_directory);
        _schema = SchemaOf(run, slide, taxonomy, classifier);
        _stream = new DigestFileStream(Path.Combine(storeDirectory, CellStoreFiles.Layer(taxonomy.Name)));
        try
        {
            using WriterProperties properties = Properties(taxonomy.Classes.Count);
            using var builder = new ArrowWriterPropertiesBuilder();
            using ArrowWriterProperties arrowProperties = builder.StoreSchema().Build();
            _writer = new FileWriter(_stream, _schema, properties, arrowProperties, leaveOpen: true);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>What went wrong below the Parquet library, or null.</summary>
    public Exception? Failure => _stream.Failure;

    /// <summary>Writes one row group.</summary>
    /// <param name="ids">Ids of the cells; at least one.</param>
    /// <param name="classes">Class of each.</param>
    /// <param name="probabilities"><c>[cells, K]</c>, row-major.</param>
    public void Write(ReadOnlySpan<long> ids, ReadOnlySpan<byte> classes, ReadOnlySpan<float> probabilities)
    {
        int count = ids.Length, width = _taxonomy.Classes.Count;
        var ofClass = new float[count];
        var columns = new List<IArrowArray>
        {
            new Int64Array(new ArrowBuffer.Builder<long>(count).Append(ids).Build(), ArrowBuffer.Empty, count, 0, 0),
            new UInt8Array(new ArrowBuffer.Builder<byte>(count).Append(classes).Build(), ArrowBuffer.Empty, count, 0, 0),
            ClassNameColumn.Build(_taxonomy, classes),
        };
        for (int row = 0; row < count; row++)
        {
            ofClass[row] = probabilities[(row * width) + classes[row]];
            _counts[classes[row]]++;
        }

        columns.Add(Floats(ofClass));
        for (int id = 0; id < width; id++)
        {
            var column = new float[count];
            for (int row = 0; row < count; row++)
            {
                column[row] = probabilities[(row * width) + id];
            }

            columns.Add(Floats(column));
        }

        using var batch = new RecordBatch(_schema, columns, count);
        _writer.WriteRecordBatch(batch, count);
    }

    /// <summary>Writes the footer and flushes the file to the device.</summary>
    /// <returns>The entries for the manifest.</returns>
    public (ManifestLayer Layer, ManifestFile File) Complete()
    {
        _writer.Close();
        ManifestFile file = _stream.Complete(CellStoreFiles.Layer(_taxonomy.Name));
        DurableDirectory.Sync(_directory);
        var layer = new ManifestLayer(
            _taxonomy.Name,
            file.Path,
            ManifestTaxonomy.From(_taxonomy),
            [.. _taxonomy.Classes.Select(c => new ClassCount(c.Id, c.Name, _counts[c.Id]))],
            _classifier);
        return (layer, file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (ParquetException)
        {
            // Closing after a failed write fails again; the first failure is the one that was reported.
        }

        _stream.Dispose();
    }

    private static FloatArray Floats(float[] values) =>
        new(new ArrowBuffer.Builder<float>(values.Length).Append(values).Build(), ArrowBuffer.Empty, values.Length, 0, 0);

    private static Apache.Arrow.Schema SchemaOf(RunId run, SlideId slide, Taxonomy taxonomy, ManifestClassifier? classifier) => new(
        [
            Required(LayerColumns.Id, Int64Type.Default),
            Required(LayerColumns.Class, UInt8Type.Default),
            Required(LayerColumns.ClassName, ClassNameColumn.Type),
            Required(LayerColumns.Probability, FloatType.Default),
            .. Enumerable.Range(0, taxonomy.Classes.Count).Select(id => Required(LayerColumns.ProbabilityOf(id), FloatType.Default)),
        ],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["cellvit"] = Metadata(run, slide, taxonomy, classifier).ToJsonString(),
        });

    private static JsonObject Metadata(RunId run, SlideId slide, Taxonomy taxonomy, ManifestClassifier? classifier)
    {
        var metadata = new JsonObject
        {
            ["format_version"] = StoreManifest.CurrentFormatVersion,
            ["run"] = run.Value,
            ["slide"] = slide.Value,
            ["taxonomy"] = CellTableSchema.TaxonomyMetadata(taxonomy),
        };
        if (classifier is not null)
        {
            metadata["classifier"] = new JsonObject { ["file"] = classifier.File, ["sha256"] = classifier.Sha256 };
        }

        return metadata;
    }

    private static Field Required(string name, IArrowType type) => new(name, type, nullable: false);

    private static WriterProperties Properties(int classes)
    {
        using var builder = new WriterPropertiesBuilder();
        builder
            .Compression(Compression.Zstd)
            .CompressionLevel(CellTableSchema.ZstandardLevel)
            .EnablePageChecksum()
            .DisableDictionary()
            .EnableDictionary(LayerColumns.Class)
            .EnableDictionary(LayerColumns.ClassName)
            .Encoding(LayerColumns.Id, ParquetSharp.Encoding.DeltaBinaryPacked)
            .Encoding(LayerColumns.Probability, ParquetSharp.Encoding.ByteStreamSplit);
        for (int id = 0; id < classes; id++)
        {
            builder.Encoding(LayerColumns.ProbabilityOf(id), ParquetSharp.Encoding.ByteStreamSplit);
        }

        return builder.Build();
    }
}
