using System.Globalization;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Files;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Sorts cells roughly by place: one append-only temporary file per block of 4096 × 4096 level-0 px, with a common memory budget for what
/// is not yet in the files. At most one file is open at a time. Nothing is flushed to the device: after a crash the cells are merged anew.
/// Not thread-safe.
/// </summary>
internal sealed class BlockBuckets : IDisposable
{
    private readonly string _directory;
    private readonly ChunkPool _chunks;
    private readonly SortedDictionary<long, Bucket> _buckets = [];
    private byte[] _record = [];
    private NativeBytes? _block;

    /// <summary>Buckets in a directory that exists and is empty.</summary>
    /// <param name="directory">Owned by the caller.</param>
    /// <param name="budgetBytes">Bytes that may wait in memory.</param>
    public BlockBuckets(string directory, long budgetBytes)
    {
        _directory = directory;
        _chunks = new ChunkPool(budgetBytes);
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
        if (_record.Length < size)
        {
            _record = new byte[2 * size];
        }

        CellRecord.Write(cell, _record.AsSpan(0, size));
        Append(bucket, _record.AsSpan(0, size));
        bucket.Count++;
    }

    /// <summary>Loads all records of a block.</summary>
    /// <returns>Valid until the next block is loaded.</returns>
    public BlockRecords Load(long block)
    {
        Bucket bucket = _buckets[block];
        NativeBytes memory = RoomFor(bucket.TotalBytes);
        Span<byte> bytes = memory.Slice(0, checked((int)bucket.TotalBytes));
        Span<byte> rest = bytes;
        if (bucket.FileBytes > 0)
        {
            using var file = new FileStream(PathOf(block), FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            file.ReadExactly(rest[..(int)bucket.FileBytes]);
            rest = rest[(int)bucket.FileBytes..];
        }

        for (int i = 0; i < bucket.Chunks.Count; i++)
        {
            ReadOnlySpan<byte> pending = PendingIn(bucket, i);
            pending.CopyTo(rest);
            rest = rest[pending.Length..];
        }

        return new BlockRecords(memory, bytes.Length, bucket.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buckets.Clear();
        _block?.Dispose();
        _chunks.Dispose();
    }

    private string PathOf(long block) => Path.Combine(_directory, block.ToString(CultureInfo.InvariantCulture));

    /// <summary>One memory for all blocks, one after the other: as large as the largest of them.</summary>
    private NativeBytes RoomFor(long bytes)
    {
        if (_block is null || _block.Length < bytes)
        {
            _block?.Dispose();
            _block = new NativeBytes(_buckets.Values.Max(bucket => bucket.TotalBytes));
        }

        return _block;
    }

    private void Append(Bucket bucket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int used = bucket.PendingBytes % ChunkPool.ChunkSize;
            if (used == 0)
            {
                bucket.Chunks.Add(RentChunk());
            }

            Span<byte> space = _chunks[bucket.Chunks[^1]][used..];
            int part = Math.Min(space.Length, bytes.Length);
            bytes[..part].CopyTo(space);
            bucket.PendingBytes = checked(bucket.PendingBytes + part);
            bytes = bytes[part..];
        }
    }

    private int RentChunk()
    {
        if (_chunks.TryRent(out int chunk))
        {
            return chunk;
        }

        Spill();
        return _chunks.TryRent(out chunk) ? chunk : throw new InvalidOperationException("Nothing could be spilled.");
    }

    /// <summary>Empties the fullest buckets until half the budget is free: few, large appends instead of many small ones.</summary>
    private void Spill()
    {
        foreach ((long block, Bucket bucket) in _buckets.OrderByDescending(entry => entry.Value.PendingBytes))
        {
            if (_chunks.Free > _chunks.Count / 2)
            {
                break;
            }

            using (var file = new FileStream(PathOf(block), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                for (int i = 0; i < bucket.Chunks.Count; i++)
                {
                    file.Write(PendingIn(bucket, i));
                }
            }

            _chunks.Return(bucket.Chunks);
            bucket.MarkStored();
        }
    }

    private ReadOnlySpan<byte> PendingIn(Bucket bucket, int index) =>
        _chunks[bucket.Chunks[index]][..Math.Min(ChunkPool.ChunkSize, bucket.PendingBytes - (index * ChunkPool.ChunkSize))];

    private sealed class Bucket
    {
        /// <summary>Chunks with what is not in the file; all full but the last.</summary>
        public List<int> Chunks { get; } = [];

        public int PendingBytes { get; set; }

        public long FileBytes { get; private set; }

        public long TotalBytes => FileBytes + PendingBytes;

        public int Count { get; set; }

        public void MarkStored()
        {
            FileBytes += PendingBytes;
            PendingBytes = 0;
            Chunks.Clear();
        }
    }
}
