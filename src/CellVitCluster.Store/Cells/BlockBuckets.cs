using System.Buffers;
using System.Globalization;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ids;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Sorts cells roughly by place: one append-only temporary file per block of 4096 × 4096 level-0 px, with a common memory budget for what
/// is not yet in the files. At most one file is open at a time. Nothing is flushed to the device: after a crash the cells are merged anew.
/// Not thread-safe.
/// </summary>
internal sealed class BlockBuckets : IDisposable
{
    private const int FirstCapacity = 1 << 14;

    private readonly string _directory;
    private readonly long _budget;
    private readonly SortedDictionary<long, Bucket> _buckets = [];
    private long _pending;

    /// <summary>Buckets in a directory that exists and is empty.</summary>
    /// <param name="directory">Owned by the caller.</param>
    /// <param name="budgetBytes">Bytes that may wait in memory.</param>
    public BlockBuckets(string directory, long budgetBytes)
    {
        _directory = directory;
        _budget = budgetBytes;
    }

    /// <summary>Blocks with cells, ascending.</summary>
    public IReadOnlyList<long> Blocks => [.. _buckets.Keys];

    /// <summary>Adds a cell to the bucket of its block.</summary>
    /// <exception cref="IOException">A block file cannot be written.</exception>
    public void Add(SlideCell cell)
    {
        long block = CellId.BlockOf(cell.Centroid);
        if (!_buckets.TryGetValue(block, out Bucket? bucket))
        {
            bucket = new Bucket();
            _buckets.Add(block, bucket);
        }

        int size = CellRecord.SizeOf(cell);
        CellRecord.Write(cell, bucket.Reserve(size));
        _pending += size;
        if (_pending > _budget)
        {
            Spill();
        }
    }

    /// <summary>Loads all records of a block.</summary>
    /// <returns>The caller disposes it.</returns>
    public BlockRecords Load(long block)
    {
        Bucket bucket = _buckets[block];
        byte[] bytes = ArrayPool<byte>.Shared.Rent(checked((int)bucket.TotalBytes));
        int stored = checked((int)bucket.FileBytes);
        if (stored > 0)
        {
            using var file = new FileStream(PathOf(block), FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            file.ReadExactly(bytes, 0, stored);
        }

        bucket.Pending.CopyTo(bytes.AsSpan(stored));
        return new BlockRecords(bytes, (int)bucket.TotalBytes, bucket.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Bucket bucket in _buckets.Values)
        {
            bucket.Release();
        }

        _buckets.Clear();
    }

    private string PathOf(long block) => Path.Combine(_directory, block.ToString(CultureInfo.InvariantCulture));

    /// <summary>Empties the fullest buckets until half the budget is free: few, large appends instead of many small ones.</summary>
    private void Spill()
    {
        foreach ((long block, Bucket bucket) in _buckets.OrderByDescending(entry => entry.Value.Pending.Length))
        {
            if (_pending <= _budget / 2)
            {
                break;
            }

            using var file = new FileStream(PathOf(block), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(bucket.Pending);
            _pending -= bucket.Pending.Length;
            bucket.MarkStored();
        }
    }

    private sealed class Bucket
    {
        private byte[] _buffer = [];
        private int _length;

        public ReadOnlySpan<byte> Pending => _buffer.AsSpan(0, _length);

        public long FileBytes { get; private set; }

        public long TotalBytes => FileBytes + _length;

        public int Count { get; private set; }

        public Span<byte> Reserve(int size)
        {
            if (_length + size > _buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstCapacity, checked(_length + size)));
                Pending.CopyTo(larger);
                Return();
                _buffer = larger;
            }

            Span<byte> space = _buffer.AsSpan(_length, size);
            _length += size;
            Count++;
            return space;
        }

        public void MarkStored()
        {
            FileBytes += _length;
            Release();
        }

        public void Release()
        {
            Return();
            _buffer = [];
            _length = 0;
        }

        private void Return()
        {
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }
        }
    }
}
