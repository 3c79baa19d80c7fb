using CellVitCluster.Cluster.Admission;

namespace CellVitCluster.Api.Submission;

/// <summary>A request that was understood and checked, with its slides found.</summary>
/// <param name="Slides">At least one; absolute paths.</param>
/// <param name="Template">What is done with each.</param>
internal sealed record BatchContent(IReadOnlyList<BatchSlide> Slides, RunTemplate Template);
