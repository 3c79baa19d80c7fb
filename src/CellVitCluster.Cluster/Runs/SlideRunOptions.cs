namespace CellVitCluster.Cluster.Runs;

/// <summary>When a run gives up, and how often it speaks.</summary>
public sealed record SlideRunOptions
{
    /// <summary>One damaged place of a slide can lie in four tiles, where their corners meet.</summary>
    public const int AlwaysAllowedFailures = 4;

    /// <summary>Attempts per tile or survey before its failure is final; other workers get it first, while there are others.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Workers lost with a tile or survey, whatever else they had begun, after which it is granted alone; at most <see cref="Dispatch.SuspectTile.AloneAfter"/>.</summary>
    public int AloneAfter { get; init; } = Dispatch.SuspectTile.AloneAfter;

    /// <summary>
    /// Workers that a tile or survey may take down while it is all they have begun, before it is given up; it is granted alone after
    /// <see cref="AloneAfter"/> lost workers of any kind. Workers die of many things, and those that had begun more than one
    /// tile say nothing about each. A slide whose tiles took <see cref="AlwaysAllowedFailures"/> times as many down is given up as a whole.
    /// </summary>
    public int MaxStrikes { get; init; } = 3;

    /// <summary>
    /// Share of the tiles, 0 … 1, that may fail before the slide is given up. <see cref="AlwaysAllowedFailures"/> may fail on any slide, as long
    /// as most of its tiles succeed.
    /// </summary>
    public double MaxFailedShare { get; init; } = 0.05;

    /// <summary>Attempts to build the cell store before the run is given up.</summary>
    public int MaxMergeAttempts { get; init; } = 3;

    /// <summary>
    /// Whether a run that no living worker can serve is given up: no for a service, where the right workers may yet come, yes for a single
    /// command, whose workers are all there.
    /// </summary>
    public bool QuarantineUnservable { get; init; }

    /// <summary>Rest after the disk was full, before work is tried again.</summary>
    public TimeSpan StallPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Events after which the state is stored whole and older events are deleted.</summary>
    public int SnapshotEvery { get; init; } = 200;

    /// <summary>Time between offers, progress reports and repetitions.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);
}
