using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Admission;

/// <summary>
/// A user's command: here comes a batch of slides that are analyzed alike. Its slides follow in pages (<see cref="AddSlides"/>); the batch
/// counts when the last page is journaled. Repeating any of it changes nothing.
/// </summary>
/// <param name="BatchId">Chosen by the sender from the idempotency key of the request, so that a repeated request means the same batch.</param>
/// <param name="Submitter">Who asks, for fair shares.</param>
/// <param name="Label">For people; may be empty.</param>
/// <param name="Priority">A value of <see cref="RunPriority"/>.</param>
/// <param name="Template">What is done with every slide.</param>
/// <param name="SlideCount">Number of slides that will follow, at least 1.</param>
/// <param name="ContentDigest">SHA-256 of everything that was asked for: the same id with other content is refused.</param>
[MessagePackObject]
public sealed record OpenBatch(
    [property: Key(0)] string BatchId,
    [property: Key(1)] string Submitter,
    [property: Key(2)] string Label,
    [property: Key(3)] int Priority,
    [property: Key(4)] RunTemplate Template,
    [property: Key(5)] int SlideCount,
    [property: Key(6)] string ContentDigest) : IClusterMessage;

/// <summary>A user's command: the next slides of a batch.</summary>
/// <param name="BatchId">An opened batch.</param>
/// <param name="From">Number of the first of these slides, from 0.</param>
/// <param name="Slides">At most <see cref="MaxSlides"/>.</param>
[MessagePackObject]
public sealed record AddSlides(
    [property: Key(0)] string BatchId,
    [property: Key(1)] int From,
    [property: Key(2)] IReadOnlyList<BatchSlide> Slides) : IClusterMessage
{
    /// <summary>Keeps a page below 64 KiB with paths of ordinary length; senders also look at the bytes.</summary>
    public const int MaxSlides = 256;
}

/// <summary>One slide of a batch.</summary>
/// <param name="Path">Absolute path, as every worker sees it.</param>
/// <param name="Name">Name of the result; null when another slide of the batch has the same one: then the content decides.</param>
/// <param name="Mpp">µm per level-0 px stated by the user, or null.</param>
/// <param name="Magnification">Objective power stated by the user, or null.</param>
[MessagePackObject]
public sealed record BatchSlide(
    [property: Key(0)] string Path,
    [property: Key(1)] string? Name,
    [property: Key(2)] double? Mpp,
    [property: Key(3)] double? Magnification);

/// <summary>Reply to <see cref="OpenBatch"/> and <see cref="AddSlides"/>: what is journaled so far.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="SlidesKnown">Slides listed so far: the next page begins here. Equal to <paramref name="SlideCount"/>: the batch is accepted.</param>
/// <param name="SlideCount">Slides the batch will have.</param>
/// <param name="Existed">It was there before this command.</param>
[MessagePackObject]
public sealed record BatchAccepted(
    [property: Key(0)] string BatchId,
    [property: Key(1)] int SlidesKnown,
    [property: Key(2)] int SlideCount,
    [property: Key(3)] bool Existed) : IClusterMessage;

/// <summary>Reply: the command cannot be carried out (unknown batch or run, other content under a known id, wrong state).</summary>
[MessagePackObject]
public sealed record WorkRejected([property: Key(0)] FailureMessage Failure) : IClusterMessage;

/// <summary>What a command is about: a run, a batch, or one slide of a batch. Travels inside messages and events.</summary>
/// <param name="RunId">A run, or null.</param>
/// <param name="BatchId">A batch, or null.</param>
/// <param name="Entry">A slide of the batch, from 0, or null for all of them.</param>
[MessagePackObject]
public sealed record WorkTarget(
    [property: Key(0)] string? RunId,
    [property: Key(1)] string? BatchId,
    [property: Key(2)] int? Entry);

/// <summary>A user's command: stop, keep what is done.</summary>
[MessagePackObject]
public sealed record CancelWork([property: Key(0)] WorkTarget Target) : IClusterMessage;

/// <summary>A user's command: try again what failed or was cancelled.</summary>
[MessagePackObject]
public sealed record RetryWork([property: Key(0)] WorkTarget Target) : IClusterMessage;

/// <summary>A user's command: change the priority of what is not finished.</summary>
[MessagePackObject]
public sealed record PrioritizeWork([property: Key(0)] WorkTarget Target, [property: Key(1)] int Priority) : IClusterMessage;

/// <summary>Reply to <see cref="CancelWork"/>, <see cref="RetryWork"/> and <see cref="PrioritizeWork"/>: journaled.</summary>
/// <param name="Slides">How many slides it changes; 0 when everything was so already.</param>
[MessagePackObject]
public sealed record WorkChanged([property: Key(0)] int Slides) : IClusterMessage;

/// <summary>Query: the batches, newest first. Reply: <see cref="Batches"/>.</summary>
/// <param name="Skip">How many of the newest to leave out.</param>
/// <param name="Take">At most <see cref="MaxBatches"/>.</param>
[MessagePackObject]
public sealed record GetBatches([property: Key(0)] int Skip, [property: Key(1)] int Take) : IClusterMessage
{
    /// <summary>Keeps the reply below 64 KiB.</summary>
    public const int MaxBatches = 64;
}

/// <summary>Query: one batch. Reply: <see cref="Batches"/> with one or no entry.</summary>
[MessagePackObject]
public sealed record GetBatch([property: Key(0)] string BatchId) : IClusterMessage;

/// <summary>Reply to <see cref="GetBatches"/> and <see cref="GetBatch"/>.</summary>
[MessagePackObject]
public sealed record Batches([property: Key(0)] IReadOnlyList<BatchStatus> Items, [property: Key(1)] int Total) : IClusterMessage;

/// <summary>How a batch stands, in numbers of slides.</summary>
[MessagePackObject]
public sealed record BatchStatus(
    [property: Key(0)] string BatchId,
    [property: Key(1)] string Submitter,
    [property: Key(2)] string Label,
    [property: Key(3)] int Priority,
    [property: Key(4)] long SubmittedAt,
    [property: Key(5)] int Slides,
    [property: Key(6)] int Waiting,
    [property: Key(7)] int Active,
    [property: Key(8)] int Published,
    [property: Key(9)] int Quarantined,
    [property: Key(10)] int Cancelled,
    [property: Key(11)] string OutputDirectory)
{
    /// <summary>Whether every page of its slides has arrived.</summary>
    [Key(12)]
    public bool Complete { get; init; }
}

/// <summary>Query: slides of a batch in their order. Reply: <see cref="BatchSlides"/>.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="From">Number of the first, from 0.</param>
/// <param name="Take">At most <see cref="GetRunStatuses.MaxRuns"/>; fewer come when their texts are long.</param>
/// <param name="Phase">Only slides in this <see cref="RunPhase"/>; null for all.</param>
[MessagePackObject]
public sealed record GetBatchSlides(
    [property: Key(0)] string BatchId,
    [property: Key(1)] int From,
    [property: Key(2)] int Take,
    [property: Key(3)] int? Phase) : IClusterMessage;

/// <summary>Reply to <see cref="GetBatchSlides"/>.</summary>
/// <param name="Slides">The slides.</param>
/// <param name="Next">Where the next page begins, or null when this was the last.</param>
[MessagePackObject]
public sealed record BatchSlides([property: Key(0)] IReadOnlyList<BatchSlideStatus> Slides, [property: Key(1)] int? Next) : IClusterMessage;

/// <summary>How a slide of a batch stands.</summary>
/// <param name="Entry">Number in the batch, from 0.</param>
/// <param name="Path">Its file.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Run">Its run, or null while it waits or when it was refused before it had one.</param>
/// <param name="Failure">Why it was refused, or why it has to wait (no room on the disk), or null.</param>
[MessagePackObject]
public sealed record BatchSlideStatus(
    [property: Key(0)] int Entry,
    [property: Key(1)] string Path,
    [property: Key(2)] RunPhase Phase,
    [property: Key(3)] RunStatus? Run,
    [property: Key(4)] FailureMessage? Failure);
