using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Merging;

/// <summary>Run to merger, repeated until the store is published: resolve the seams and build the cell store. Ignored while at it.</summary>
[MessagePackObject]
public sealed record MergeRun(
    [property: Key(0)] RunSpecification Specification,
    [property: Key(1)] SlideMessage Slide,
    [property: Key(2)] PlanMessage Plan) : IWithRunId
{
    /// <summary>
    /// The submission that wants the store; the merger says it again in what it tells the run, so that nothing is taken for the store of another
    /// submission. Null from older versions.
    /// </summary>
    [Key(3)]
    public int? Submission { get; init; }

    /// <inheritdoc/>
    [IgnoreMember]
    public string RunId => Specification.RunId;
}

/// <summary>Merger to run: which tiles are settled, beginning with number <paramref name="From"/> of the list.</summary>
[MessagePackObject]
public sealed record GetSettledTiles([property: Key(0)] string RunId, [property: Key(1)] int From) : IWithRunId;

/// <summary>Run to merger: a page of settled tiles in the order they were settled.</summary>
/// <param name="RunId">The run.</param>
/// <param name="From">Number of the first entry.</param>
/// <param name="Tiles">Entries; at most <see cref="PageSize"/>.</param>
/// <param name="Complete">No further entry will follow this page.</param>
[MessagePackObject]
public sealed record SettledTiles(
    [property: Key(0)] string RunId,
    [property: Key(1)] int From,
    [property: Key(2)] IReadOnlyList<TileOutcome> Tiles,
    [property: Key(3)] bool Complete) : IWithRunId
{
    /// <summary>Entries per page: keeps a page below 64 KiB even when every tile failed with a long reason.</summary>
    public const int PageSize = 64;
}

/// <summary>Merger to run, repeated until granted: the store is sealed, may it be moved into place?</summary>
/// <param name="RunId">The run.</param>
/// <param name="Token">The merger's attempt, unique.</param>
[MessagePackObject]
public sealed record RequestPublication([property: Key(0)] string RunId, [property: Key(1)] string Token) : IWithRunId
{
    /// <summary>That of <see cref="MergeRun"/>.</summary>
    [Key(2)]
    public int? Submission { get; init; }
}

/// <summary>Run to merger: it may (journaled), or it may not because the run no longer wants a store.</summary>
[MessagePackObject]
public sealed record PublicationAnswered(
    [property: Key(0)] string RunId,
    [property: Key(1)] string Token,
    [property: Key(2)] bool Granted) : IWithRunId;

/// <summary>Run to merger: the run was cancelled or given up; stop and remove the unfinished store.</summary>
[MessagePackObject]
public sealed record AbandonMerge([property: Key(0)] string RunId) : IWithRunId;

/// <summary>Merger to run, repeated until acknowledged: the store is in place.</summary>
[MessagePackObject]
public sealed record MergeFinished([property: Key(0)] string RunId, [property: Key(1)] Publication Publication) : IWithRunId
{
    /// <summary>That of <see cref="MergeRun"/>.</summary>
    [Key(2)]
    public int? Submission { get; init; }
}

/// <summary>Merger to run: it did not work.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Failure">Reason.</param>
/// <param name="LostTiles">Tiles whose result files are missing or damaged and must be analyzed again.</param>
[MessagePackObject]
public sealed record MergeFailed(
    [property: Key(0)] string RunId,
    [property: Key(1)] FailureMessage Failure,
    [property: Key(2)] IReadOnlyList<int> LostTiles) : IWithRunId
{
    /// <summary>That of <see cref="MergeRun"/>.</summary>
    [Key(3)]
    public int? Submission { get; init; }
}

/// <summary>Run to merger, repeated until the run rests: the publication is journaled, the merger may rest and the tile results may go.</summary>
[MessagePackObject]
public sealed record MergeAcknowledged([property: Key(0)] string RunId) : IWithRunId
{
    /// <summary>The submission that is published; null from older versions.</summary>
    [Key(1)]
    public int? Submission { get; init; }
}
