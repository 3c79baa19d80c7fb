using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Files;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// The records of one block, in the order of the store: by id, cells of one quarter pixel by x, y and then by their bytes. That order is
/// total, so it and the tie-breakers do not depend on the order in which cells arrived. Not thread-safe.
/// </summary>
internal sealed class BlockRecords
{
    private readonly Entry[] _entries;
    private readonly NativeBytes _memory;
    private readonly int _length;

    /// <summary>Puts records in order.</summary>
    /// <param name="memory">Records one after the other, from its first byte; the caller keeps them there as long as this object is used.</param>
    /// <param name="length">Bytes in use.</param>
    /// <param name="count">Records in them.</param>
    /// <exception cref="StoreException">More cells than tie-breakers on one quarter pixel.</exception>
    public BlockRecords(NativeBytes memory, int length, int count)
    {
        _memory = memory;
        _length = length;
        _entries = new Entry[count];
        for (int offset = 0, i = 0; offset < length; i++)
        {
            ref readonly CellRecord record = ref CellRecord.At(Bytes[offset..]);
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
            ReadOnlySpan<byte> rest = Bytes[_entries[index].Offset..];
            return rest[..CellRecord.At(rest).Length];
        }
    }

    private ReadOnlySpan<byte> Bytes => _memory.Slice(0, _length);

    private int Compare(Entry left, Entry right)
    {
        int ids = left.Id.CompareTo(right.Id);
        if (ids != 0)
        {
            return ids;
        }

        ref readonly CellRecord a = ref CellRecord.At(Bytes[left.Offset..]);
        ref readonly CellRecord b = ref CellRecord.At(Bytes[right.Offset..]);
        int x = a.X.CompareTo(b.X);
        int y = x != 0 ? x : a.Y.CompareTo(b.Y);
        return y != 0 ? y : Bytes.Slice(left.Offset, a.Length).SequenceCompareTo(Bytes.Slice(right.Offset, b.Length));
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
