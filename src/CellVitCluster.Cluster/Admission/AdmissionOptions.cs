namespace CellVitCluster.Cluster.Admission;

/// <summary>How many runs are worked on, and how they are kept alive.</summary>
public sealed record AdmissionOptions
{
    /// <summary>
    /// Runs worked on at once. More than one, so that the next slide is surveyed and the workers stay busy while the last tiles of a slide
    /// are finished; few, so that the first results come early and memory stays bounded.
    /// </summary>
    public int MaxActiveRuns { get; init; } = 4;

    /// <summary>
    /// Whether runs that were submitted before a restart and not finished go on by themselves: yes for a service, no for a single command,
    /// which works on what it was asked for.
    /// </summary>
    public bool ResumeUnfinished { get; init; } = true;

    /// <summary>Time between checks of the active runs.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a run is started again (its node may be gone).</summary>
    public TimeSpan RunSilence { get; init; } = TimeSpan.FromSeconds(5);
}
