namespace CellVitCluster.Cluster.Dispatch;

/// <summary>One tile of one run in the hands of one worker.</summary>
/// <param name="worker">Who has it.</param>
internal sealed class TileLease(DispatchWorker worker)
{
    /// <summary>Who has it.</summary>
    public DispatchWorker Worker { get; set; } = worker;

    /// <summary>Another worker that holds it too: it came back after its tiles had been granted to others.</summary>
    public DispatchWorker? Rival { get; set; }

    /// <summary>Whether the worker has named it among what it holds; until then the grant is on its way, or lost.</summary>
    public bool Confirmed { get; set; }

    /// <summary>Since when the worker no longer names it; null while it does.</summary>
    public DateTimeOffset? Dropped { get; set; }
}
