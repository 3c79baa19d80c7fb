using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Files;
using ParquetSharp;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Reads <c>cells.parquet</c> one row group at a time, straight from the physical columns: no Arrow tables in between, outlines are parsed
/// only for the cells that are wanted. Unknown columns are ignored; of columns that earlier writers did not know every value is NaN. Not
/// thread-safe.
/// </summary>
internal sealed class CellTableReader : IDisposable
{
    private readonly ParquetTable _table;

    /// <summary>Opens the file and reads its footer.</summary>
    /// <exception cref="Domain.Errors.StoreException">The file is damaged, or no table of cells.</exception>
    public CellTableReader(string path) => _table = new ParquetTable(path);

    /// <summary>Number of cells.</summary>
    public long RowCount => _table.RowCount;

    /// <summary>All row groups with their statistics, by ascending id.</summary>
    /// <exception cref="Domain.Errors.StoreException">Statistics or columns are missing.</exception>
    public IReadOnlyList<RowGroup> ReadIndex() => _table.Guard(() =>
    {
        var groups = new List<RowGroup>(_table.RowGroupCount);
        long row = 0;
        for (int i = 0; i < _table.RowGroupCount; i++)
        {
            using RowGroupReader group = _table.RowGroup(i);
            int rows = checked((int)group.MetaData.NumRows);
            (long firstId, long lastId) = _table.Range<long>(group, CellColumns.Id);
            (double left, _) = _table.Range<double>(group, CellColumns.BboxPath(CellColumns.XMin));
            (double top, _) = _table.Range<double>(group, CellColumns.BboxPath(CellColumns.YMin));
            (_, double right) = _table.Range<double>(group, CellColumns.BboxPath(CellColumns.XMax));
            (_, double bottom) = _table.Range<double>(group, CellColumns.BboxPath(CellColumns.YMax));
            (double minX, double maxX) = _table.Range<double>(group, CellColumns.X);
            (double minY, double maxY) = _table.Range<double>(group, CellColumns.Y);
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
    public long[] ReadIds(RowGroup group) => _table.Guard(() =>
    {
        using RowGroupReader reader = _table.RowGroup(group.Index);
        return _table.Values<long>(reader, CellColumns.Id, group.Rows);
    });

    /// <summary>Places within a row group of the cells whose outline's bounding box shares an area with a rectangle, ascending.</summary>
    public List<int> FindOutlines(RowGroup group, SlideRect rect) => _table.Guard(() =>
    {
        using RowGroupReader reader = _table.RowGroup(group.Index);
        double[] left = _table.Values<double>(reader, CellColumns.BboxPath(CellColumns.XMin), group.Rows);
        double[] top = _table.Values<double>(reader, CellColumns.BboxPath(CellColumns.YMin), group.Rows);
        double[] right = _table.Values<double>(reader, CellColumns.BboxPath(CellColumns.XMax), group.Rows);
        double[] bottom = _table.Values<double>(reader, CellColumns.BboxPath(CellColumns.YMax), group.Rows);
        return Where(group, i => new Extent(left[i], top[i], right[i], bottom[i]).Overlaps(rect));
    });

    /// <summary>Places within a row group of the cells whose centroid lies in a rectangle, ascending.</summary>
    public List<int> FindCentroids(RowGroup group, SlideRect rect) => _table.Guard(() =>
    {
        using RowGroupReader reader = _table.RowGroup(group.Index);
        double[] x = _table.Values<double>(reader, CellColumns.X, group.Rows);
        double[] y = _table.Values<double>(reader, CellColumns.Y, group.Rows);
        return Where(group, i => rect.Contains(new SlidePoint(x[i], y[i])));
    });

    /// <summary>Cells of a row group.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="rows">Places within the group, ascending; null: all.</param>
    /// <exception cref="Domain.Errors.StoreException">The file is damaged.</exception>
    public StoredCell[] ReadCells(RowGroup group, IReadOnlyList<int>? rows = null) => _table.Guard(() =>
    {
        using RowGroupReader reader = _table.RowGroup(group.Index);
        int n = group.Rows;
        long[] ids = _table.Values<long>(reader, CellColumns.Id, n);
        double[] x = _table.Values<double>(reader, CellColumns.X, n);
        double[] y = _table.Values<double>(reader, CellColumns.Y, n);
        float[] area = _table.Values<float>(reader, CellColumns.Area, n);
        float[] perimeter = _table.Values<float>(reader, CellColumns.Perimeter, n);
        float[] maxDiameter = _table.Values<float>(reader, CellColumns.MaxDiameter, n);
        float[] circularity = _table.Values<float>(reader, CellColumns.Circularity, n);
        float[] orientation = LaterColumn(reader, CellColumns.Orientation, n);
        int[] classes = _table.Values<int>(reader, CellColumns.Class, n);
        float[] classProbability = _table.Values<float>(reader, CellColumns.ClassProbability, n);
        float[] classShare = LaterColumn(reader, CellColumns.ClassShare, n);
        float[] nucleusProbability = _table.Values<float>(reader, CellColumns.NucleusProbability, n);
        float[] borderDistance = LaterColumn(reader, CellColumns.BorderDistance, n);
        int[] flags = _table.Values<int>(reader, CellColumns.Flags, n);
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
                OrientationDegrees = orientation[row],
                BorderDistanceMicrons = borderDistance[row],
                Class = (byte)classes[row],
                ClassProbability = classProbability[row],
                ClassShare = classShare[row],
                NucleusProbability = nucleusProbability[row],
                Flags = (CellFlags)flags[row],
            };
        }

        return cells;
    });

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private static List<int> Where(RowGroup group, Func<int, bool> condition) => [.. Enumerable.Range(0, group.Rows).Where(condition)];

    private float[] LaterColumn(RowGroupReader group, string column, int count)
    {
        if (_table.Contains(column))
        {
            return _table.Values<float>(group, column, count);
        }

        var values = new float[count];
        Array.Fill(values, float.NaN);
        return values;
    }

    private SlidePolygon[] Outlines(RowGroupReader group, int count, IReadOnlyList<int>? rows)
    {
        const int BatchSize = 1024;
        using ColumnReader<ByteArray> reader = _table.Open<ByteArray>(group, CellColumns.Geometry);
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
}
