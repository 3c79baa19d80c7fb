namespace CellVitCluster.Cluster.Runs;

/// <summary>When a run gives up, and how often it speaks.</summary>
public sealed record SlideRunOptions
{
    /// <summary>One damaged place of a slide can lie in four tiles, where their corners meet.</summary>
    public const int AlwaysAllowedFailures = 4;

    /// <summary>Attempts per tile or survey before its failure is final.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>
    /// Share of the tiles, 0 … 1, that may fail before the slide is given up. <see cref="AlwaysAllowedFailures"/> may fail on any slide, as long
    /// as most of its tiles succeed.
    /// </summary>
    public double MaxFailedShare { get; init; } = 0.05;

    /// <summary>Attempts to build the cell store before the run is given up.</summary>
    public int MaxMergeAttempts { get; init; } = 3;

    /// <summary>Time between offers, progress reports and repetitions.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);
}
