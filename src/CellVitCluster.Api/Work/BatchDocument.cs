using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Api.Work;

/// <summary>How a batch stands, in numbers of slides.</summary>
public sealed record BatchDocument
{
    /// <summary>Its id, <c>b-</c> and 24 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>For people; may be empty.</summary>
    public required string Label { get; init; }

    /// <summary>Who asked.</summary>
    public required string Submitter { get; init; }

    /// <summary>One of <see cref="PriorityName.All"/>.</summary>
    public required string Priority { get; init; }

    /// <summary>When it was announced.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Folder of the stores.</summary>
    public required string Output { get; init; }

    /// <summary>Whether all of its slides have arrived; nothing begins before.</summary>
    public required bool Complete { get; init; }

    /// <summary>Slides it has.</summary>
    public required int Slides { get; init; }

    /// <summary>Slides that wait.</summary>
    public required int Waiting { get; init; }

    /// <summary>Slides that are worked on.</summary>
    public required int Active { get; init; }

    /// <summary>Slides with a published store.</summary>
    public required int Published { get; init; }

    /// <summary>Slides that were given up or refused.</summary>
    public required int Quarantined { get; init; }

    /// <summary>Slides that were cancelled.</summary>
    public required int Cancelled { get; init; }

    internal static BatchDocument Of(BatchStatus batch) => new()
    {
        Id = batch.BatchId,
        Label = batch.Label,
        Submitter = batch.Submitter,
        Priority = PriorityName.Of((RunPriority)batch.Priority),
        SubmittedAt = DateTimeOffset.FromUnixTimeMilliseconds(batch.SubmittedAt),
        Output = batch.OutputDirectory,
        Complete = batch.Complete,
        Slides = batch.Slides,
        Waiting = batch.Waiting,
        Active = batch.Active,
        Published = batch.Published,
        Quarantined = batch.Quarantined,
        Cancelled = batch.Cancelled,
    };
}

/// <summary>Reply to <c>GET /api/batches</c>, newest first.</summary>
/// <param name="Batches">A page of them.</param>
/// <param name="Total">How many there are.</param>
public sealed record BatchListDocument(IReadOnlyList<BatchDocument> Batches, int Total);
