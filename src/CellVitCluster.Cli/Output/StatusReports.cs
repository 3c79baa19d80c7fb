using CellVitCluster.Api.Operations;
using CellVitCluster.Api.Work;

namespace CellVitCluster.Cli.Output;

/// <summary>JSON of <c>status</c>; null is what the cluster does not say at the moment.</summary>
internal sealed record StatusReport(
    IReadOnlyList<MemberDocument> Members,
    IReadOnlyList<WorkerDocument>? Workers,
    IReadOnlyList<BatchDocument>? Batches,
    IReadOnlyList<IncidentDocument>? Incidents);

/// <summary>JSON of <c>status BATCH</c>.</summary>
internal sealed record BatchReport(BatchDocument Batch, IReadOnlyList<SlideDocument> Slides);

/// <summary>JSON of <c>status RUN</c>.</summary>
internal sealed record RunStory(RunDocument Run, IReadOnlyList<IncidentDocument> Incidents);

/// <summary>JSON of <c>watch</c> and <c>submit --watch</c>.</summary>
internal sealed record WatchReport(BatchDocument Batch, IReadOnlyList<SlideReport> Slides);
