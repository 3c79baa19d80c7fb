using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Runs;

/// <summary>A fact about a run, journaled. Facts only: who works on what is never stored.</summary>
public interface IRunEvent : IClusterMessage;

/// <summary>The run exists.</summary>
[MessagePackObject]
public sealed record RunStarted(
    [property: Key(0)] RunSpecification Specification,
    [property: Key(1)] int Submission) : IRunEvent;

/// <summary>The slide was surveyed and its tiles are planned.</summary>
[MessagePackObject]
public sealed record RunPlanned(
    [property: Key(0)] SlideMessage Slide,
    [property: Key(1)] PlanMessage Plan) : IRunEvent;

/// <summary>Results of tiles are durable, or their failure is final. One event for all that arrived while the last one was written.</summary>
[MessagePackObject]
public sealed record TilesSettled([property: Key(0)] IReadOnlyList<TileOutcome> Tiles) : IRunEvent;

/// <summary>Result files of settled tiles have vanished or are damaged; the tiles are pending again.</summary>
[MessagePackObject]
public sealed record TilesLost([property: Key(0)] IReadOnlyList<int> Tiles) : IRunEvent;

/// <summary>The cell store is in place.</summary>
[MessagePackObject]
public sealed record RunPublished([property: Key(0)] Publication Publication) : IRunEvent;

/// <summary>The run was given up for the stated reason.</summary>
[MessagePackObject]
public sealed record RunQuarantined([property: Key(0)] FailureMessage Failure) : IRunEvent;

/// <summary>A user submitted a finished run again: what failed is tried again, what was published is checked.</summary>
[MessagePackObject]
public sealed record RunResubmitted(
    [property: Key(0)] int Submission,
    [property: Key(1)] RunSpecification Specification,
    [property: Key(2)] bool Fresh) : IRunEvent;

/// <summary>
/// A merger may now move its finished store into place. Journaled before it is told so: a run that was replaced on another node cannot write
/// this, and so cannot let an outdated merger publish.
/// </summary>
/// <param name="Token">The merger's attempt, unique.</param>
[MessagePackObject]
public sealed record PublicationAllowed([property: Key(0)] string Token) : IRunEvent;

/// <summary>The run was stopped by a user; what is settled is kept.</summary>
/// <param name="Submission">The submission that was stopped.</param>
[MessagePackObject]
public sealed record RunCancelled([property: Key(0)] int Submission) : IRunEvent;

/// <summary>How one tile ended.</summary>
/// <param name="Tile">Row-major number in the grid.</param>
/// <param name="Digest">SHA-256 of its result file; empty when it failed.</param>
/// <param name="Cells">Cells in the result, before seams are resolved.</param>
/// <param name="Profile">Numeric profile of the worker.</param>
/// <param name="Seconds">Where the time went.</param>
/// <param name="Failure">Reason when the tile was given up, else null.</param>
[MessagePackObject]
public sealed record TileOutcome(
    [property: Key(0)] int Tile,
    [property: Key(1)] string Digest,
    [property: Key(2)] int Cells,
    [property: Key(3)] string Profile,
    [property: Key(4)] StageSeconds Seconds,
    [property: Key(5)] FailureMessage? Failure);
