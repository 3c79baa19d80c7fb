using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Workers;

/// <summary>Worker to run: the slide was opened, calibrated and planned. Repeated until acknowledged.</summary>
[MessagePackObject]
public sealed record SurveyCompleted(
    [property: Key(0)] string RunId,
    [property: Key(1)] SlideMessage Slide,
    [property: Key(2)] PlanMessage Plan) : IWithRunId;

/// <summary>Worker to run: the slide cannot be analyzed. Repeated until acknowledged.</summary>
[MessagePackObject]
public sealed record SurveyFailed(
    [property: Key(0)] string RunId,
    [property: Key(1)] string WorkerId,
    [property: Key(2)] FailureMessage Failure) : IWithRunId
{
    /// <summary>The worker's number of this attempt, by which a repeated report is known; null from older versions.</summary>
    [Key(3)]
    public long? Attempt { get; init; }
}

/// <summary>Worker to run: the result file of a tile is durable (claim check: place and digest, never the cells). Repeated until acknowledged.</summary>
[MessagePackObject]
public sealed record TileAnalyzed(
    [property: Key(0)] string RunId,
    [property: Key(1)] string WorkerId,
    [property: Key(2)] TileOutcome Outcome) : IWithRunId
{
    /// <summary>
    /// Folder of the run for which the result was computed: a slide that is submitted again may work in another one. Null from older versions.
    /// </summary>
    [Key(3)]
    public string? WorkDirectory { get; init; }
}

/// <summary>Worker to run: a tile could not be analyzed this time. Repeated until acknowledged.</summary>
[MessagePackObject]
public sealed record TileFailed(
    [property: Key(0)] string RunId,
    [property: Key(1)] string WorkerId,
    [property: Key(2)] int Tile,
    [property: Key(3)] FailureMessage Failure) : IWithRunId
{
    /// <summary>The worker's number of this attempt, by which a repeated report is known; null from older versions.</summary>
    [Key(4)]
    public long? Attempt { get; init; }
}

/// <summary>Run to worker: the report is journaled (or no longer of interest) and may be forgotten.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Tile">Row-major number, or <see cref="Dispatch.WorkGrant.Survey"/> for the survey.</param>
[MessagePackObject]
public sealed record WorkAcknowledged([property: Key(0)] string RunId, [property: Key(1)] int Tile) : IWithRunId
{
    /// <summary>
    /// The worker removes the file it wrote. Said exactly when the run is published (its store holds everything), or when it was cancelled or
    /// given up and the tile is not in its books. Files of tiles in the books stay: a retry goes on from them.
    /// </summary>
    [Key(2)]
    public bool Unwanted { get; init; }
}
