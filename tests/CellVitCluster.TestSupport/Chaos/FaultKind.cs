namespace CellVitCluster.TestSupport.Chaos;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>kill -9 of a node; it is started again after a while.</summary>
    Kill,

    /// <summary>SIGSTOP, and SIGCONT after a while.</summary>
    Freeze,

    /// <summary>A node is cut off from all others for a while.</summary>
    Cut,

    /// <summary>Everything between nodes arrives late for a while.</summary>
    Delay,

    /// <summary>Messages between nodes arrive twice for a while.</summary>
    Double,

    /// <summary>The disk of the results is full for a while.</summary>
    FullDisk,

    /// <summary>The database of the journal is away for a while.</summary>
    DatabaseOutage,

    /// <summary>SIGTERM of a node, which is then started again: what a rolling upgrade does.</summary>
    Restart,
}
