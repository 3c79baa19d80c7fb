using System.Buffers;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// The records of one block, in the order of the store: by id, cells of one quarter pixel by x, y and then by their bytes. That order is
/// total, so it and the tie-breakers do not depend on the order in which cells arrived. Not thread-safe.
/// </summary>
internal sealed class BlockRecords : IDisposable
{
    private readonly Entry[] _entries;
    private byte[] _bytes;

    /// <summary>Takes ownership of pooled bytes.</summary>
    /// <param name="pooled">Rented from the shared pool; records one after the other.</param>
    /// <param name="length">Bytes in use.</param>
    /// <param name="count">Records in them.</param>
    /// <exception cref="StoreException">More cells than tie-breakers on one quarter pixel.</exception>
    public BlockRecords(byte[] pooled, int length, int count)
    {
        _bytes = pooled;
        _entries = new Entry[count];
        for (int offset = 0, i = 0; offset < length; i++)
        {
            ref readonly CellRecord record = ref CellRecord.At(_bytes.AsSpan(offset));
            _entries[i] = new Entry(CellId.From(record.Centroid, 0).Value, offset);
            offset += record.Length;
        }

        Array.Sort(_entries, Compare);
        BreakTies();
    }

    /// <summary>Number of cells.</summary>
    public int Count => _entries.Length;

    /// <summary>Id of the cell at a place in the order.</summary>
    public long Id(int index) => _entries[index].Id;

    /// <summary>Record of the cell at a place in the order; see <see cref="CellRecord"/>.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ReadOnlySpan<byte> rest = _bytes.AsSpan(_entries[index].Offset);
            return rest[..CellRecord.At(rest).Length];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private int Compare(Entry left, Entry right)
    {
        int ids = left.Id.CompareTo(right.Id);
        if (ids != 0)
        {
            return ids;
        }

        ref readonly CellRecord a = ref CellRecord.At(_bytes.AsSpan(left.Offset));
        ref readonly CellRecord b = ref CellRecord.At(_bytes.AsSpan(right.Offset));
        int x = a.X.CompareTo(b.X);
        int y = x != 0 ? x : a.Y.CompareTo(b.Y);
        return y != 0 ? y : _bytes.AsSpan(left.Offset, a.Length).SequenceCompareTo(_bytes.AsSpan(right.Offset, b.Length));
    }

    private void BreakTies()
    {
        long previous = -1;
        int tie = 0;
        for (int i = 0; i < _entries.Length; i++)
        {
            tie = _entries[i].Id == previous ? tie + 1 : 0;
            previous = _entries[i].Id;
            if (tie >= CellId.MaxTies)
            {
                CellRecord record = CellRecord.At(this[i]);
                throw new StoreException(
                    ErrorCode.Unexpected,
                    $"Cannot give the cell at ({record.X:0.##}, {record.Y:0.##}) an id.",
                    $"More than {CellId.MaxTies} cells have their center within the same quarter of a pixel.",
                    "Nuclei cannot lie so close: report this slide and the model as a defect.");
            }

            _entries[i] = _entries[i] with { Id = previous + tie };
        }
    }

    private readonly record struct Entry(long Id, int Offset);
}
