using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Runs;

/// <summary>Coordinator to run: begin or go on. Sent again until the run reports its end, so that a run lost with its node comes back.</summary>
/// <param name="Specification">What to do.</param>
/// <param name="Submission">Grows when a user submits the run anew; a quarantined run then tries again.</param>
/// <param name="Fresh">This submission forgets everything that was computed before.</param>
[MessagePackObject]
public sealed record StartRun(
    [property: Key(0)] RunSpecification Specification,
    [property: Key(1)] int Submission,
    [property: Key(2)] bool Fresh) : IWithRunId
{
    /// <summary>A value of <see cref="RunPriority"/>; sent again when it changes.</summary>
    [Key(3)]
    public int Priority { get; init; }

    /// <summary>Who asked, for fair shares; null for the user of a single machine.</summary>
    [Key(4)]
    public string? Submitter { get; init; }

    /// <inheritdoc/>
    [IgnoreMember]
    public string RunId => Specification.RunId;
}

/// <summary>Run to coordinator, about once a second and at every change of phase: for people.</summary>
[MessagePackObject]
public sealed record RunProgress(
    [property: Key(0)] string RunId,
    [property: Key(1)] RunPhase Phase,
    [property: Key(2)] int Tiles,
    [property: Key(3)] int TilesDone,
    [property: Key(4)] int TilesFailed,
    [property: Key(5)] int TilesResumed,
    [property: Key(6)] long CellsSeen,
    [property: Key(7)] double TileSquareMillimeters,
    [property: Key(8)] StageSeconds Seconds) : IWithRunId
{
    /// <summary>The priority it works with, a value of <see cref="RunPriority"/>.</summary>
    [Key(9)]
    public int Priority { get; init; }

    /// <summary>Why it does not get on at the moment (no room, no worker with its model), or null.</summary>
    [Key(10)]
    public FailureMessage? Stall { get; init; }
}

/// <summary>Coordinator to run, repeated until the run reports its end: stop, keep what is done.</summary>
[MessagePackObject]
public sealed record CancelRun([property: Key(0)] string RunId, [property: Key(1)] int Submission) : IWithRunId;

/// <summary>Coordinator to run, repeated until <see cref="RunForgotten"/>: delete your journal, nobody will ask again.</summary>
[MessagePackObject]
public sealed record ForgetRun([property: Key(0)] string RunId) : IWithRunId;

/// <summary>Run to coordinator: nothing of the run is in the journal any more.</summary>
[MessagePackObject]
public sealed record RunForgotten([property: Key(0)] string RunId) : IWithRunId;

/// <summary>Sums of wall seconds per stage over the tiles of a run.</summary>
[MessagePackObject]
public sealed record StageSeconds(
    [property: Key(0)] double Read,
    [property: Key(1)] double Network,
    [property: Key(2)] double Detection,
    [property: Key(3)] double Write)
{
    /// <summary>No time.</summary>
    public static StageSeconds Zero { get; } = new(0, 0, 0, 0);

    /// <summary>Element-wise sum.</summary>
    public static StageSeconds operator +(StageSeconds left, StageSeconds right) => Add(left, right);

    /// <summary>Element-wise sum.</summary>
    public static StageSeconds Add(StageSeconds left, StageSeconds right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new StageSeconds(
            left.Read + right.Read, left.Network + right.Network, left.Detection + right.Detection, left.Write + right.Write);
    }
}

/// <summary>Run to coordinator, repeated until acknowledged: published or given up.</summary>
[MessagePackObject]
public sealed record RunFinished(
    [property: Key(0)] string RunId,
    [property: Key(1)] int Submission,
    [property: Key(2)] Publication? Publication,
    [property: Key(3)] FailureMessage? Failure) : IWithRunId
{
    /// <summary>It ended because of <see cref="CancelRun"/>.</summary>
    [Key(4)]
    public bool Cancelled { get; init; }
}

/// <summary>Coordinator to run: the end is journaled, the run may rest.</summary>
[MessagePackObject]
public sealed record RunFinishedAcknowledged([property: Key(0)] string RunId) : IWithRunId;

/// <summary>Run to coordinator: the journal refuses writes, nothing can go on until that is mended.</summary>
[MessagePackObject]
public sealed record RunStalled([property: Key(0)] string RunId, [property: Key(1)] FailureMessage Failure) : IWithRunId;

/// <summary>What was published.</summary>
[MessagePackObject]
public sealed record Publication(
    [property: Key(0)] string StoreDirectory,
    [property: Key(1)] string ManifestDigest,
    [property: Key(2)] long Cells,
    [property: Key(3)] IReadOnlyList<ClassCount> Classes,
    [property: Key(4)] long Bytes,
    [property: Key(5)] int TilesFailed,
    [property: Key(6)] double MergeSeconds,
    [property: Key(7)] double StoreSeconds)
{
    /// <summary>Class layers of the store, or null for none.</summary>
    [Key(8)]
    public IReadOnlyList<LayerCounts>? Layers { get; init; }
}

/// <summary>Numbers of cells of the classes of one layer.</summary>
[MessagePackObject]
public sealed record LayerCounts([property: Key(0)] string Layer, [property: Key(1)] IReadOnlyList<ClassCount> Classes);

/// <summary>Number of cells of one class.</summary>
[MessagePackObject]
public sealed record ClassCount([property: Key(0)] byte Class, [property: Key(1)] string Name, [property: Key(2)] long Cells);
