namespace CellVitCluster.Domain.Runs;

/// <summary>
/// What the network's class branch decides in a run. Travels in messages and events; values are never reused. Source: spec/inference.md §13,
/// spec/differences.md §2.2.
/// </summary>
public enum ClassBranchUse
{
    /// <summary>The class of every nucleus, and that a nucleus all of whose pixels vote for background is dropped.</summary>
    Classes = 0,

    /// <summary>Nothing; it is not computed. Every nucleus has class 1.</summary>
    None = 1,

    /// <summary>As the published program does when only nuclei are asked for: which nuclei are dropped. Those that stay have class 1.</summary>
    Gate = 2,
}
