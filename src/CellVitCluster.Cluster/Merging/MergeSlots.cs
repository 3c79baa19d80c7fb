namespace CellVitCluster.Cluster.Merging;

/// <summary>
/// The turns of the merges of one node: a merge works while it has one, and waits for tiles without. Thread-safe; one per node.
/// </summary>
/// <param name="count">Merges that work at the same moment, at least 1.</param>
public sealed class MergeSlots(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(Math.Max(1, count));

    /// <summary>Does a piece of work in turn, on the calling thread's continuation.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        await _free.WaitAsync(cancellation);
        try
        {
            return work();
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
