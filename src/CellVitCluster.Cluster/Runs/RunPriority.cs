namespace CellVitCluster.Cluster.Runs;

/// <summary>Who goes first. A higher class overtakes at the next grant, without killing work. Stored; values are never reused.</summary>
public enum RunPriority
{
    /// <summary>Research, re-analysis of archives.</summary>
    Routine = 0,

    /// <summary>Somebody waits for it today.</summary>
    Urgent = 1,

    /// <summary>A patient is on the table.</summary>
    Stat = 2,
}
