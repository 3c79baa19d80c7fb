using CellVitCluster.Cluster.Admission;

namespace CellVitCluster.Api.Work;

/// <summary>How a slide of a batch stands.</summary>
/// <param name="Entry">Number in the batch, from 0.</param>
/// <param name="Path">Its file.</param>
/// <param name="Phase">One of <see cref="PhaseName.All"/>.</param>
/// <param name="Run">Its run, or null while it waits or when it was refused before it had one.</param>
/// <param name="Failure">Why it was refused before it had a run, or null.</param>
public sealed record SlideDocument(int Entry, string Path, string Phase, RunDocument? Run, FailureDocument? Failure)
{
    internal static SlideDocument Of(BatchSlideStatus slide) => new(
        slide.Entry, slide.Path, PhaseName.Of(slide.Phase), slide.Run is null ? null : RunDocument.Of(slide.Run), FailureDocument.Of(slide.Failure));
}

/// <summary>Reply to <c>GET /api/batches/{id}/slides</c>.</summary>
/// <param name="Slides">A page of them, in their order.</param>
/// <param name="Next">Where the next page begins, or null when this was the last.</param>
public sealed record SlideListDocument(IReadOnlyList<SlideDocument> Slides, int? Next);
