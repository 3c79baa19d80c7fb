using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Files;
using ParquetSharp;

namespace CellVitCluster.Store.Layers;

/// <summary>
/// Reads one class layer of a store, row-aligned with its cells. Keeps the row group that was read last, so that rows in ascending order cost
/// one read per row group. Not thread-safe.
/// </summary>
public sealed class ClassLayer : IDisposable
{
    private readonly ParquetTable _table;
    private readonly long[] _firstRows;
    private int _loaded = -1;
    private LayerRows? _rows;

    internal ClassLayer(string path, Taxonomy taxonomy, long cells)
    {
        Taxonomy = taxonomy;
        _table = new ParquetTable(path);
        if (_table.RowCount != cells)
        {
            long found = _table.RowCount;
            _table.Dispose();
            throw StorageErrors.Corrupt(path, $"It has {found} rows, expected {cells}.");
        }

        _firstRows = new long[_table.RowGroupCount + 1];
        for (int i = 0; i < _table.RowGroupCount; i++)
        {
            using RowGroupReader group = _table.RowGroup(i);
            _firstRows[i + 1] = _firstRows[i] + group.MetaData.NumRows;
        }
    }

    /// <summary>Classes of the layer; its name is the name of the layer.</summary>
    public Taxonomy Taxonomy { get; }

    /// <summary>Number of rows: cells of the store.</summary>
    public long Count => _table.RowCount;

    /// <summary>What the layer says about a cell.</summary>
    /// <param name="row"><see cref="Cells.StoredCell.Row"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="StoreException">The layer is damaged.</exception>
    public LayerCell this[long row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
            int group = Array.BinarySearch(_firstRows, row);
            group = group >= 0 ? group : ~group - 1;
            if (group != _loaded)
            {
                _rows = _table.Guard(() => Load(group));
                _loaded = group;
            }

            return _rows!.At((int)(row - _firstRows[group]));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private LayerRows Load(int index)
    {
        using RowGroupReader group = _table.RowGroup(index);
        int rows = checked((int)group.MetaData.NumRows);
        return new LayerRows(
            _table.Values<long>(group, LayerColumns.Id, rows),
            _table.Values<int>(group, LayerColumns.Class, rows),
            _table.Values<float>(group, LayerColumns.Probability, rows),
            [.. Taxonomy.Classes.Select(c => _table.Values<float>(group, LayerColumns.ProbabilityOf(c.Id), rows))]);
    }

    /// <summary>Columns of one row group.</summary>
    private sealed record LayerRows(long[] Ids, int[] Classes, float[] OfClass, float[][] Probabilities)
    {
        public LayerCell At(int row) => new(Ids[row], (byte)Classes[row], OfClass[row], [.. Probabilities.Select(column => column[row])]);
    }
}
