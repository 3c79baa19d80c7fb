namespace CellVitCluster.Cluster.Runs;

/// <summary>Where a run stands. Stored; values are never reused.</summary>
public enum RunPhase
{
    /// <summary>Known to nobody yet, or waiting for admission.</summary>
    Waiting = 0,

    /// <summary>A worker opens the slide, finds tissue and plans the tiles.</summary>
    Surveying = 1,

    /// <summary>Tiles are analyzed; seams are merged as they close.</summary>
    Running = 2,

    /// <summary>Every tile is settled; the cell store is being sealed.</summary>
    Merging = 3,

    /// <summary>The cell store is published.</summary>
    Published = 4,

    /// <summary>Given up with a reason; what was computed is kept and a new submission goes on from there.</summary>
    Quarantined = 5,

    /// <summary>Stopped by a user; what was computed is kept and a retry goes on from there.</summary>
    Cancelled = 6,
}
