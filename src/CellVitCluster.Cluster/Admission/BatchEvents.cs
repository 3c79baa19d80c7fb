using CellVitCluster.Cluster.Runs;
using MessagePack;

namespace CellVitCluster.Cluster.Admission;

/// <summary>Event: a batch was announced; its slides follow.</summary>
[MessagePackObject]
public sealed record BatchOpened([property: Key(0)] OpenBatch Batch, [property: Key(1)] long At) : IAdmissionEvent;

/// <summary>Event: the next slides of a batch.</summary>
[MessagePackObject]
public sealed record BatchSlidesListed(
    [property: Key(0)] string BatchId,
    [property: Key(1)] int From,
    [property: Key(2)] IReadOnlyList<BatchSlide> Slides) : IAdmissionEvent;

/// <summary>Event: a slide of a batch cannot become a run.</summary>
[MessagePackObject]
public sealed record SlideRefused(
    [property: Key(0)] string BatchId,
    [property: Key(1)] int Entry,
    [property: Key(2)] FailureMessage Failure,
    [property: Key(3)] long At) : IAdmissionEvent;

/// <summary>Event: somebody cancelled work.</summary>
[MessagePackObject]
public sealed record WorkCancelled([property: Key(0)] WorkTarget Target, [property: Key(1)] long At) : IAdmissionEvent;

/// <summary>Event: somebody wants failed or cancelled work tried again.</summary>
[MessagePackObject]
public sealed record WorkRetried([property: Key(0)] WorkTarget Target, [property: Key(1)] long At) : IAdmissionEvent;

/// <summary>Event: somebody changed the priority of unfinished work.</summary>
[MessagePackObject]
public sealed record WorkPrioritized([property: Key(0)] WorkTarget Target, [property: Key(1)] int Priority, [property: Key(2)] long At) : IAdmissionEvent;

/// <summary>Event: finished work older than the retention time is no longer remembered. Its cell stores stay.</summary>
[MessagePackObject]
public sealed record WorkForgotten(
    [property: Key(0)] IReadOnlyList<string> RunIds,
    [property: Key(1)] IReadOnlyList<string> BatchIds) : IAdmissionEvent;
