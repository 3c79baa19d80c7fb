using Apache.Arrow;
using Apache.Arrow.Types;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Manifests;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace CellVitCluster.Store.Cells;

/// <summary>Writes <c>cells.parquet</c>, one row group per block. Not thread-safe.</summary>
internal sealed class CellTableWriter : IDisposable
{
    private readonly Taxonomy _taxonomy;
    private readonly Apache.Arrow.Schema _schema;
    private readonly DigestFileStream _stream;
    private readonly FileWriter _writer;

    /// <summary>Creates the file; it must not exist.</summary>
    /// <param name="path">Destination.</param>
    /// <param name="description">The store.</param>
    /// <param name="bounds">Smallest rectangle around all outlines, or null without cells.</param>
    public CellTableWriter(string path, StoreDescription description, SlideRect? bounds)
    {
        _taxonomy = description.Taxonomy;
        _schema = CellTableSchema.Create(description, bounds);
        _stream = new DigestFileStream(path);
        try
        {
            using WriterProperties properties = CellTableSchema.CreateWriterProperties();

            // Without the stored schema the key-value metadata (GeoParquet's "geo") is not written.
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

    /// <summary>Writes the cells of one block as one row group.</summary>
    /// <param name="records">Cells in the order of the store; at least one.</param>
    public void Write(BlockRecords records)
    {
        int count = records.Count;
        var ids = new ArrowBuffer.Builder<long>(count);
        var xMin = new ArrowBuffer.Builder<double>(count);
        var yMin = new ArrowBuffer.Builder<double>(count);
        var xMax = new ArrowBuffer.Builder<double>(count);
        var yMax = new ArrowBuffer.Builder<double>(count);
        var x = new ArrowBuffer.Builder<double>(count);
        var y = new ArrowBuffer.Builder<double>(count);
        var area = new ArrowBuffer.Builder<float>(count);
        var perimeter = new ArrowBuffer.Builder<float>(count);
        var maxDiameter = new ArrowBuffer.Builder<float>(count);
        var circularity = new ArrowBuffer.Builder<float>(count);
        var orientation = new ArrowBuffer.Builder<float>(count);
        var classes = new ArrowBuffer.Builder<byte>(count);
        var classProbability = new ArrowBuffer.Builder<float>(count);
        var classShare = new ArrowBuffer.Builder<float>(count);
        var nucleusProbability = new ArrowBuffer.Builder<float>(count);
        var borderDistance = new ArrowBuffer.Builder<float>(count);
        var flags = new ArrowBuffer.Builder<ushort>(count);
        for (int i = 0; i < count; i++)
        {
            ref readonly CellRecord record = ref CellRecord.At(records[i]);
            ids.Append(records.Id(i));
            (double left, double top, double right, double bottom) = BoundsOf(CellRecord.Outline(records[i]));
            xMin.Append(left);
            yMin.Append(top);
            xMax.Append(right);
            yMax.Append(bottom);
            x.Append(record.X);
            y.Append(record.Y);
            area.Append(record.Area);
            perimeter.Append(record.Perimeter);
            maxDiameter.Append(record.MaxDiameter);
            circularity.Append(record.Circularity);
            orientation.Append(record.Orientation);
            classes.Append(record.Class);
            classProbability.Append(record.ClassProbability);
            classShare.Append(record.ClassShare);
            nucleusProbability.Append(record.NucleusProbability);
            borderDistance.Append(record.BorderDistance);
            flags.Append(record.Flags);
        }

        StructArray bbox = new(
            CellTableSchema.BboxType,
            count,
            [Doubles(xMin, count), Doubles(yMin, count), Doubles(xMax, count), Doubles(yMax, count)],
            ArrowBuffer.Empty);
        using var batch = new RecordBatch(
            _schema,
            [
                new Int64Array(ids.Build(), ArrowBuffer.Empty, count, 0, 0),
                Geometries(records),
                bbox,
                Doubles(x, count),
                Doubles(y, count),
                Floats(area, count),
                Floats(perimeter, count),
                Floats(maxDiameter, count),
                Floats(circularity, count),
                Floats(orientation, count),
                new UInt8Array(classes.Build(), ArrowBuffer.Empty, count, 0, 0),
                ClassNameColumn.Build(_taxonomy, classes.Span[..count]),
                Floats(classProbability, count),
                Floats(classShare, count),
                Floats(nucleusProbability, count),
                Floats(borderDistance, count),
                new UInt16Array(flags.Build(), ArrowBuffer.Empty, count, 0, 0),
            ],
            count);
        _writer.WriteRecordBatch(batch, count);
    }

    /// <summary>Writes the footer and flushes the file to the device.</summary>
    /// <returns>The entry for the manifest.</returns>
    public ManifestFile Complete()
    {
        _writer.Close();
        return _stream.Complete(CellStoreFiles.Cells);
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

    private static DoubleArray Doubles(ArrowBuffer.Builder<double> values, int count) => new(values.Build(), ArrowBuffer.Empty, count, 0, 0);

    private static FloatArray Floats(ArrowBuffer.Builder<float> values, int count) => new(values.Build(), ArrowBuffer.Empty, count, 0, 0);

    private static BinaryArray Geometries(BlockRecords records)
    {
        var offsets = new ArrowBuffer.Builder<int>(records.Count + 1);
        int length = 0;
        offsets.Append(length);
        for (int i = 0; i < records.Count; i++)
        {
            length = checked(length + WkbPolygon.SizeOf(CellRecord.At(records[i]).VertexCount));
            offsets.Append(length);
        }

        var values = new ArrowBuffer.Builder<byte>(length);
        values.Resize(length);
        for (int i = 0; i < records.Count; i++)
        {
            WkbPolygon.Write(CellRecord.Outline(records[i]), values.Span[offsets.Span[i]..offsets.Span[i + 1]]);
        }

        return new BinaryArray(BinaryType.Default, records.Count, offsets.Build(), values.Build(), ArrowBuffer.Empty);
    }

    private static (double Left, double Top, double Right, double Bottom) BoundsOf(ReadOnlySpan<double> outline)
    {
        double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
        for (int i = 0; i < outline.Length; i += 2)
        {
            left = Math.Min(left, outline[i]);
            right = Math.Max(right, outline[i]);
            top = Math.Min(top, outline[i + 1]);
            bottom = Math.Max(bottom, outline[i + 1]);
        }

        return (left, top, right, bottom);
    }
}
