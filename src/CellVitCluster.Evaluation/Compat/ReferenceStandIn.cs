using CellVitCluster.Evaluation.Reading;

namespace CellVitCluster.Evaluation.Compat;

/// <summary>
/// The cell that the published program puts in place of an empty side (spec/metrics.md §2.1): one of no class at the image's corner, which counts
/// as missed or invented unless a cell of the other side lies near the corner.
/// </summary>
internal static class ReferenceStandIn
{
    /// <summary>The cells, or the stand-in when there are none.</summary>
    public static IReadOnlyList<EvaluationCell> For(IReadOnlyList<EvaluationCell> cells) =>
        cells.Count > 0 ? cells : [new EvaluationCell(default, null, null)];
}
