using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Admission;

/// <summary>
/// The coordinator's state as it is stored, so that old events need not be kept. What many runs have alike stands in it once. Never sent, so
/// not bound to 64 KiB.
/// </summary>
/// <param name="NextOrder">Place of the next submission.</param>
/// <param name="Shared">What many runs have alike.</param>
/// <param name="Runs">All runs.</param>
/// <param name="Batches">All batches.</param>
[MessagePackObject]
public sealed record CoordinatorSnapshot(
    [property: Key(0)] long NextOrder,
    [property: Key(1)] IReadOnlyList<SharedSpecification> Shared,
    [property: Key(2)] IReadOnlyList<StoredRun> Runs,
    [property: Key(3)] IReadOnlyList<StoredBatch> Batches) : IClusterMessage;

/// <summary>The parts of specifications that many runs have alike.</summary>
[MessagePackObject]
public sealed record SharedSpecification(
    [property: Key(0)] string ModelDigest,
    [property: Key(1)] string ModelCard,
    [property: Key(2)] IReadOnlyList<ClassMessage> Classes,
    [property: Key(3)] IReadOnlyList<ClassifierMessage>? Classifiers);

/// <summary>An <see cref="AdmittedRun"/> as it is stored.</summary>
/// <param name="Specification">The run without the parts in <paramref name="Shared"/>.</param>
/// <param name="Shared">Number in <see cref="CoordinatorSnapshot.Shared"/>.</param>
/// <param name="Submission">See <see cref="AdmittedRun"/>; so for the rest.</param>
/// <param name="Fresh">…</param>
/// <param name="Order">…</param>
/// <param name="Priority">…</param>
/// <param name="Submitter">…</param>
/// <param name="Direct">…</param>
/// <param name="Owners">Slides of batches that are this run.</param>
/// <param name="Publication">…</param>
/// <param name="Failure">…</param>
/// <param name="Cancelled">…</param>
/// <param name="Cancelling">…</param>
/// <param name="SettledAt">…</param>
[MessagePackObject]
public sealed record StoredRun(
    [property: Key(0)] RunSpecification Specification,
    [property: Key(1)] int Shared,
    [property: Key(2)] int Submission,
    [property: Key(3)] bool Fresh,
    [property: Key(4)] long Order,
    [property: Key(5)] int Priority,
    [property: Key(6)] string? Submitter,
    [property: Key(7)] bool Direct,
    [property: Key(8)] IReadOnlyList<StoredOwner> Owners,
    [property: Key(9)] Publication? Publication,
    [property: Key(10)] FailureMessage? Failure,
    [property: Key(11)] bool Cancelled,
    [property: Key(12)] bool Cancelling,
    [property: Key(13)] long SettledAt);

/// <summary>A <see cref="SlideOfBatch"/> as it is stored.</summary>
[MessagePackObject]
public sealed record StoredOwner([property: Key(0)] string BatchId, [property: Key(1)] int Entry);

/// <summary>An <see cref="AdmittedBatch"/> as it is stored.</summary>
[MessagePackObject]
public sealed record StoredBatch(
    [property: Key(0)] OpenBatch Opening,
    [property: Key(1)] long OpenedAt,
    [property: Key(2)] long Order,
    [property: Key(3)] int Priority,
    [property: Key(4)] long ChangedAt,
    [property: Key(5)] IReadOnlyList<StoredEntry> Entries)
{
    /// <summary>Slides that are not listed yet are cancelled when they come.</summary>
    [Key(6)]
    public bool CancelsArriving { get; init; }
}

/// <summary>A <see cref="BatchEntry"/> as it is stored.</summary>
/// <param name="Slide">What was asked for.</param>
/// <param name="Priority">A value of <see cref="RunPriority"/>.</param>
/// <param name="Standing">A value of <see cref="SlideStanding"/>.</param>
/// <param name="RunId">Its run, or null.</param>
/// <param name="Failure">Why it was refused, or null.</param>
[MessagePackObject]
public sealed record StoredEntry(
    [property: Key(0)] BatchSlide Slide,
    [property: Key(1)] int Priority,
    [property: Key(2)] int Standing,
    [property: Key(3)] string? RunId,
    [property: Key(4)] FailureMessage? Failure);
