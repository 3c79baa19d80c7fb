namespace CellVitCluster.Cluster.Operations;

/// <summary>Stable names of what operators read about.</summary>
public static class IncidentKind
{
    /// <summary>A worker asked for work for the first time.</summary>
    public const string WorkerJoined = "worker-joined";

    /// <summary>A worker is silent, unreachable or gone.</summary>
    public const string WorkerLost = "worker-lost";

    /// <summary>A worker is being stopped in order.</summary>
    public const string WorkerDraining = "worker-draining";

    /// <summary>Tiles of a lost worker may be granted again.</summary>
    public const string TilesReclaimed = "tiles-reclaimed";

    /// <summary>A tile failed and will be tried again.</summary>
    public const string TileRetried = "tile-retried";

    /// <summary>A tile failed for good.</summary>
    public const string TileFailed = "tile-failed";

    /// <summary>A run works with more than one numeric profile.</summary>
    public const string ProfilesMixed = "profiles-mixed";

    /// <summary>A run cannot go on at the moment.</summary>
    public const string RunStalled = "run-stalled";

    /// <summary>A run goes on again.</summary>
    public const string RunResumed = "run-resumed";

    /// <summary>A run was given up.</summary>
    public const string RunQuarantined = "run-quarantined";

    /// <summary>A run was cancelled by a user.</summary>
    public const string RunCancelled = "run-cancelled";

    /// <summary>A cell store is in place.</summary>
    public const string RunPublished = "run-published";

    /// <summary>Merging failed and will be tried again.</summary>
    public const string MergeRetried = "merge-retried";

    /// <summary>No new runs are started: the disk is nearly full.</summary>
    public const string AdmissionPaused = "admission-paused";

    /// <summary>New runs are started again.</summary>
    public const string AdmissionResumed = "admission-resumed";

    /// <summary>A coordinator, dispatcher, run or merger took up its work on a node.</summary>
    public const string TookOffice = "took-office";

    /// <summary>A member of the cluster is unreachable, came back, or is gone.</summary>
    public const string MemberChanged = "member-changed";
}
