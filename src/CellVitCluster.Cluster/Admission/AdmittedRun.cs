using System.Collections.Immutable;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Admission;

/// <summary>A run as the coordinator knows it. Immutable.</summary>
/// <param name="Specification">What to do.</param>
/// <param name="Submission">How often it was submitted, from 1.</param>
/// <param name="Fresh">Whether the last submission forgets what was computed before.</param>
/// <param name="Order">Place in the order of submissions; runs of a batch have the batch's.</param>
public sealed record AdmittedRun(RunSpecification Specification, int Submission, bool Fresh, long Order)
{
    /// <summary>A value of <see cref="RunPriority"/>.</summary>
    public int Priority { get; init; }

    /// <summary>Who asked first, or null.</summary>
    public string? Submitter { get; init; }

    /// <summary>Whether it was submitted by itself and not only as a slide of batches.</summary>
    public bool Direct { get; init; }

    /// <summary>Slides of batches that are this run, in the order they came; a slide whose share was cancelled is none any more.</summary>
    public ImmutableList<SlideOfBatch> Owners { get; init; } = [];

    /// <summary>What was published, or null.</summary>
    public Publication? Publication { get; init; }

    /// <summary>Why it was given up, or null.</summary>
    public FailureMessage? Failure { get; init; }

    /// <summary>Ended because somebody cancelled it.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Somebody cancelled it, and it has not ended yet.</summary>
    public bool Cancelling { get; init; }

    /// <summary>When it ended, in ms since 1970-01-01 UTC; 0 before, or when an older version did not say.</summary>
    public long SettledAt { get; init; }

    /// <summary>The run's id.</summary>
    public string RunId => Specification.RunId;

    /// <summary>Whether the run has ended.</summary>
    public bool IsSettled => Publication is not null || Failure is not null || Cancelled;

    /// <summary>Where its slides stand because of it.</summary>
    internal SlideStanding Standing =>
        Publication is not null ? SlideStanding.Published
        : Failure is not null ? SlideStanding.Quarantined
        : Cancelled ? SlideStanding.Cancelled
        : SlideStanding.Active;

    /// <summary>Whether its store goes to the same place as that of another specification of the run, which says nothing of places.</summary>
    internal bool IsStoredLike(RunSpecification other) => string.Equals(Specification.StoreDirectory, other.StoreDirectory, StringComparison.Ordinal);

    /// <summary>Whether its store goes to the folder of a batch.</summary>
    internal bool IsStoredFor(AdmittedBatch batch) =>
        string.Equals(
            AdmissionQueue.FolderOf(Specification), Path.TrimEndingDirectorySeparator(batch.Opening.Template.OutputDirectory), StringComparison.Ordinal);

    /// <summary>Whether a retry would change anything.</summary>
    internal bool IsRetryable => Failure is not null || Cancelled || Cancelling;
}

/// <summary>A slide of a batch, by number.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Entry">Number in the batch, from 0.</param>
public readonly record struct SlideOfBatch(string BatchId, int Entry);
