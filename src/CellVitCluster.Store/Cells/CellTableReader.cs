using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Files;
using ParquetSharp;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Reads <c>cells.parquet</c> one row group at a time, straight from the physical columns: no Arrow tables in between, outlines are parsed
/// only for the cells that are wanted. Unknown columns are ignored. Not thread-safe.
/// </summary>
internal sealed class CellTableReader : IDisposable
{
    private readonly string _path;
    private readonly ParquetFileReader _file;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    /// <summary>Opens the file and reads its footer.</summary>
    /// <exception cref="Domain.Errors.StoreException">The file is damaged, or no table of cells.</exception>
    public CellTableReader(string path)
    {
        _path = path;
        try
        {
            _file = new ParquetFileReader(path);
            SchemaDescriptor schema = _file.FileMetaData.Schema;
            for (int i = 0; i < schema.NumColumns; i++)
            {
                _columns[schema.Column(i).Path.ToDotString()] = i;
            }
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            _file?.Dispose();
            throw StorageErrors.Corrupt(path, $"It is no readable Parquet file: {e.Message}", e);
        }
    }

    /// <summary>Number of cells.</summary>
    public long RowCount => _file.FileMetaData.NumRows;

    /// <summary>All row groups with their statistics, by ascending id.</summary>
    /// <exception cref="Domain.Errors.StoreException">Statistics or columns are missing.</exception>
    public IReadOnlyList<RowGroup> ReadIndex() => Guard(() =>
    {
        var groups = new List<RowGroup>(_file.FileMetaData.NumRowGroups);
        long row = 0;
        for (int i = 0; i < _file.FileMetaData.NumRowGroups; i++)
        {
            using RowGroupReader group = _file.RowGroup(i);
            int rows = checked((int)group.MetaData.NumRows);
            (long firstId, long lastId) = Range<long>(group, CellColumns.Id);
            (double left, _) = Range<double>(group, CellColumns.BboxPath(CellColumns.XMin));
            (double top, _) = Range<double>(group, CellColumns.BboxPath(CellColumns.YMin));
            (_, double right) = Range<double>(group, CellColumns.BboxPath(CellColumns.XMax));
            (_, double bottom) = Range<double>(group, CellColumns.BboxPath(CellColumns.YMax));
            (double minX, double maxX) = Range<double>(group, CellColumns.X);
            (double minY, double maxY) = Range<double>(group, CellColumns.Y);
            groups.Add(new RowGroup(
                i,
                row,
                rows,
                new CellId(firstId),
                new CellId(lastId),
                new Extent(left, top, right, bottom),
                new Extent(minX, minY, maxX, maxY)));
            row += rows;
        }

        return groups;
    });

    /// <summary>Ids of a row group, ascending.</summary>
    public long[] ReadIds(RowGroup group) => Guard(() =>
    {
        using RowGroupReader reader = _file.RowGroup(group.Index);
        return Values<long>(reader, CellColumns.Id, group.Rows);
    });

    /// <summary>Places within a row group of the cells whose outline's bounding box shares an area with a rectangle, ascending.</summary>
    public List<int> FindOutlines(RowGroup group, SlideRect rect) => Guard(() =>
    {
        using RowGroupReader reader = _file.RowGroup(group.Index);
        double[] left = Values<double>(reader, CellColumns.BboxPath(CellColumns.XMin), group.Rows);
        double[] top = Values<double>(reader, CellColumns.BboxPath(CellColumns.YMin), group.Rows);
        double[] right = Values<double>(reader, CellColumns.BboxPath(CellColumns.XMax), group.Rows);
        double[] bottom = Values<double>(reader, CellColumns.BboxPath(CellColumns.YMax), group.Rows);
        return Where(group, i => new Extent(left[i], top[i], right[i], bottom[i]).Overlaps(rect));
    });

    /// <summary>Places within a row group of the cells whose centroid lies in a rectangle, ascending.</summary>
    public List<int> FindCentroids(RowGroup group, SlideRect rect) => Guard(() =>
    {
        using RowGroupReader reader = _file.RowGroup(group.Index);
        double[] x = Values<double>(reader, CellColumns.X, group.Rows);
        double[] y = Values<double>(reader, CellColumns.Y, group.Rows);
        return Where(group, i => rect.Contains(new SlidePoint(x[i], y[i])));
    });

    /// <summary>Cells of a row group.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="rows">Places within the group, ascending; null: all.</param>
    /// <exception cref="Domain.Errors.StoreException">The file is damaged.</exception>
    public StoredCell[] ReadCells(RowGroup group, IReadOnlyList<int>? rows = null) => Guard(() =>
    {
        using RowGroupReader reader = _file.RowGroup(group.Index);
        int n = group.Rows;
        long[] ids = Values<long>(reader, CellColumns.Id, n);
        double[] x = Values<double>(reader, CellColumns.X, n);
        double[] y = Values<double>(reader, CellColumns.Y, n);
        float[] area = Values<float>(reader, CellColumns.Area, n);
        float[] perimeter = Values<float>(reader, CellColumns.Perimeter, n);
        float[] maxDiameter = Values<float>(reader, CellColumns.MaxDiameter, n);
        float[] circularity = Values<float>(reader, CellColumns.Circularity, n);
        int[] classes = Values<int>(reader, CellColumns.Class, n);
        float[] classProbability = Values<float>(reader, CellColumns.ClassProbability, n);
        float[] nucleusProbability = Values<float>(reader, CellColumns.NucleusProbability, n);
        int[] flags = Values<int>(reader, CellColumns.Flags, n);
        SlidePolygon[] outlines = Outlines(reader, n, rows);

        var cells = new StoredCell[outlines.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            int row = rows is null ? i : rows[i];
            cells[i] = new StoredCell
            {
                Id = new CellId(ids[row]),
                Row = group.FirstRow + row,
                Centroid = new SlidePoint(x[row], y[row]),
                Outline = outlines[i],
                AreaSquareMicrons = area[row],
                PerimeterMicrons = perimeter[row],
                MaxDiameterMicrons = maxDiameter[row],
                Circularity = circularity[row],
                Class = (byte)classes[row],
                ClassProbability = classProbability[row],
                NucleusProbability = nucleusProbability[row],
                Flags = (CellFlags)flags[row],
            };
        }

        return cells;
    });

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static List<int> Where(RowGroup group, Func<int, bool> condition) => [.. Enumerable.Range(0, group.Rows).Where(condition)];

    private (T Min, T Max) Range<T>(RowGroupReader group, string column)
        where T : unmanaged
    {
        using ColumnChunkMetaData chunk = group.MetaData.GetColumnChunkMetaData(ColumnIndex(column));
        using Statistics? statistics = chunk.Statistics;
        return statistics is Statistics<T> { HasMinMax: true } range
            ? (range.Min, range.Max)
            : throw new FormatException($"Column '{column}' has no statistics.");
    }

    private T[] Values<T>(RowGroupReader group, string column, int count)
        where T : unmanaged
    {
        using ColumnReader<T> reader = Open<T>(group, column);
        var values = new T[count];
        int done = 0;
        while (done < count)
        {
            reader.ReadBatch(count - done, values.AsSpan(done), out long read);
            done += read > 0 ? (int)read : throw new FormatException($"Column '{column}' ends after {done} of {count} values.");
        }

        return values;
    }

    private SlidePolygon[] Outlines(RowGroupReader group, int count, IReadOnlyList<int>? rows)
    {
        const int BatchSize = 1024;
        using ColumnReader<ByteArray> reader = Open<ByteArray>(group, CellColumns.Geometry);
        var outlines = new SlidePolygon[rows?.Count ?? count];
        var batch = new ByteArray[Math.Min(BatchSize, count)];
        int first = 0;
        for (int found = 0; found < outlines.Length;)
        {
            // The bytes belong to the reader until its next call.
            reader.ReadBatch(batch.Length, batch, out long read);
            if (read == 0)
            {
                throw new FormatException($"Column '{CellColumns.Geometry}' ends after {first} of {count} values.");
            }

            for (; found < outlines.Length && (rows is null ? found : rows[found]) is var row && row < first + read; found++)
            {
                outlines[found] = WkbPolygon.Read(Bytes(batch[row - first]));
            }

            first += (int)read;
        }

        return outlines;
    }

    private static unsafe ReadOnlySpan<byte> Bytes(ByteArray value) => new((void*)value.Pointer, value.Length);

    private ColumnReader<T> Open<T>(RowGroupReader group, string column)
        where T : unmanaged
    {
        ColumnReader reader = group.Column(ColumnIndex(column));
        if (reader is ColumnReader<T> typed)
        {
            return typed;
        }

        Type found = reader.ElementType;
        reader.Dispose();
        throw new FormatException($"Column '{column}' holds {found.Name}, expected {typeof(T).Name}.");
    }

    private int ColumnIndex(string column) =>
        _columns.TryGetValue(column, out int index) ? index : throw new FormatException($"It has no column '{column}'.");

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e) || e is FormatException or OverflowException)
        {
            throw StorageErrors.Corrupt(_path, e.Message, e);
        }
    }
}
