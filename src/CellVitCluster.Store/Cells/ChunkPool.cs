using CellVitCluster.Store.Files;

namespace CellVitCluster.Store.Cells;

/// <summary>A fixed amount of memory in equal chunks. The last one returned is rented first: what is never needed is never touched. Not thread-safe.</summary>
internal sealed class ChunkPool : IDisposable
{
    /// <summary>Bytes of a chunk: large enough to be appended to a file, small enough for a slide of a thousand blocks.</summary>
    public const int ChunkSize = 1 << 15;

    private readonly NativeBytes _memory;
    private readonly Stack<int> _free = [];

    /// <summary>Takes the memory.</summary>
    /// <param name="budgetBytes">At least one chunk.</param>
    public ChunkPool(long budgetBytes)
    {
        Count = checked((int)(budgetBytes / ChunkSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1, nameof(budgetBytes));
        _memory = new NativeBytes((long)Count * ChunkSize);
        for (int chunk = Count - 1; chunk >= 0; chunk--)
        {
            _free.Push(chunk);
        }
    }

    /// <summary>Chunks in all.</summary>
    public int Count { get; }

    /// <summary>Chunks that nobody has rented.</summary>
    public int Free => _free.Count;

    /// <summary>Bytes of a rented chunk.</summary>
    public Span<byte> this[int chunk] => _memory.Slice((long)chunk * ChunkSize, ChunkSize);

    /// <summary>Takes a chunk.</summary>
    /// <returns>False when none is free.</returns>
    public bool TryRent(out int chunk) => _free.TryPop(out chunk);

    /// <summary>Gives chunks back.</summary>
    public void Return(IReadOnlyList<int> chunks)
    {
        for (int i = chunks.Count - 1; i >= 0; i--)
        {
            _free.Push(chunks[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
