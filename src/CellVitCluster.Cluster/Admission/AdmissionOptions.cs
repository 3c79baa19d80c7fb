namespace CellVitCluster.Cluster.Admission;

/// <summary>How many runs are worked on, how they are kept alive, and how long finished ones are remembered.</summary>
public sealed record AdmissionOptions
{
    /// <summary>
    /// Runs worked on at once, per priority class and those above. More than one, so that the next slide is surveyed and the workers stay
    /// busy while the last tiles of a slide are finished; few, so that the first results come early and memory stays bounded.
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

    /// <summary>
    /// Free bytes of an output folder's file system below which no new run is begun there. A dense slide takes some 10 GB while it is
    /// worked on; what is under way stops by itself when the disk is full. 0 turns the guard off.
    /// </summary>
    public long MinFreeBytes { get; init; } = 2L << 30;

    /// <summary>Time between looks at the free room.</summary>
    public TimeSpan DiskCheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How free bytes are measured; called off the actor with an absolute path that need not exist.</summary>
    public Func<string, long> FreeBytes { get; init; } = DiskSpace.FreeBytes;

    /// <summary>Events after which the state is stored whole.</summary>
    public int SnapshotEvery { get; init; } = 200;

    /// <summary>
    /// How long events stay in the journal that the stored state makes needless. A coordinator that was replaced and does not know it yet, as
    /// in a split or after its machine stood still, is found out because the number of its next event is taken; where it is free again, what it
    /// acknowledges would be lost.
    /// </summary>
    public TimeSpan KeepEvents { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long finished runs and batches are remembered. Their stores stay.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Time between looks for what can be forgotten.</summary>
    public TimeSpan RetentionCheckInterval { get; init; } = TimeSpan.FromMinutes(1);
}
