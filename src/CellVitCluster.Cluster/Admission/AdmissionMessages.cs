using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Admission;

/// <summary>A user's command: run this. Submitting a run that is known and unfinished changes nothing.</summary>
/// <param name="Specification">The run.</param>
/// <param name="Fresh">Forget everything that was computed before and begin anew; always a new submission.</param>
[MessagePackObject]
public sealed record SubmitRun(
    [property: Key(0)] RunSpecification Specification,
    [property: Key(1)] bool Fresh) : IWithRunId
{
    /// <summary>Who asks, for fair shares; null for the user of a single machine.</summary>
    [Key(2)]
    public string? Submitter { get; init; }

    /// <summary>A value of <see cref="Runs.RunPriority"/>.</summary>
    [Key(3)]
    public int Priority { get; init; }

    /// <inheritdoc/>
    [IgnoreMember]
    public string RunId => Specification.RunId;
}

/// <summary>Reply: the submission is journaled.</summary>
[MessagePackObject]
public sealed record RunAdmitted([property: Key(0)] string RunId) : IWithRunId;

/// <summary>Query: how do these runs stand? At most <see cref="MaxRuns"/> at a time.</summary>
[MessagePackObject]
public sealed record GetRunStatuses([property: Key(0)] IReadOnlyList<string> RunIds) : IClusterMessage
{
    /// <summary>Keeps the reply below 64 KiB.</summary>
    public const int MaxRuns = 64;
}

/// <summary>Reply to <see cref="GetRunStatuses"/>, in the order asked; unknown runs are left out.</summary>
[MessagePackObject]
public sealed record RunStatuses([property: Key(0)] IReadOnlyList<RunStatus> Runs) : IClusterMessage;

/// <summary>How one run stands.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Progress">Last word of the run itself, or null.</param>
/// <param name="Publication">What was published, or null.</param>
/// <param name="Failure">Why it was given up; of an unfinished run, why it has to wait or cannot go on at the moment; or null.</param>
[MessagePackObject]
public sealed record RunStatus(
    [property: Key(0)] string RunId,
    [property: Key(1)] RunPhase Phase,
    [property: Key(2)] RunProgress? Progress,
    [property: Key(3)] Publication? Publication,
    [property: Key(4)] FailureMessage? Failure)
{
    /// <summary>Name of the result.</summary>
    [Key(5)]
    public string? Name { get; init; }

    /// <summary>A value of <see cref="Runs.RunPriority"/>.</summary>
    [Key(6)]
    public int Priority { get; init; }

    /// <summary>Who asked, or null.</summary>
    [Key(7)]
    public string? Submitter { get; init; }

    /// <summary>Batch it belongs to, or null.</summary>
    [Key(8)]
    public string? BatchId { get; init; }

    /// <summary>Number in the batch, from 0.</summary>
    [Key(9)]
    public int Entry { get; init; }
}

/// <summary>A fact about admission, journaled.</summary>
public interface IAdmissionEvent : IClusterMessage;

/// <summary>Event: a run was submitted for the n-th time.</summary>
[MessagePackObject]
public sealed record RunSubmitted(
    [property: Key(0)] RunSpecification Specification,
    [property: Key(1)] int Submission,
    [property: Key(2)] bool Fresh) : IAdmissionEvent
{
    /// <summary>Who asked, or null.</summary>
    [Key(3)]
    public string? Submitter { get; init; }

    /// <summary>A value of <see cref="Runs.RunPriority"/>.</summary>
    [Key(4)]
    public int Priority { get; init; }

    /// <summary>Batch it belongs to, or null.</summary>
    [Key(5)]
    public string? BatchId { get; init; }

    /// <summary>Number in the batch, from 0.</summary>
    [Key(6)]
    public int Entry { get; init; }

    /// <summary>When, in ms since 1970-01-01 UTC; 0 when an older version did not say.</summary>
    [Key(7)]
    public long At { get; init; }
}

/// <summary>Event: a run has ended.</summary>
[MessagePackObject]
public sealed record RunSettled(
    [property: Key(0)] string RunId,
    [property: Key(1)] int Submission,
    [property: Key(2)] Publication? Publication,
    [property: Key(3)] FailureMessage? Failure) : IAdmissionEvent
{
    /// <summary>Ended because somebody cancelled it.</summary>
    [Key(4)]
    public bool Cancelled { get; init; }

    /// <summary>When, in ms since 1970-01-01 UTC; 0 when an older version did not say.</summary>
    [Key(5)]
    public long At { get; init; }
}
