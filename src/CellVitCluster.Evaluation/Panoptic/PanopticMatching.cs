using CellVitCluster.Evaluation.Overlap;

namespace CellVitCluster.Evaluation.Panoptic;

/// <summary>Matches of the cells of one image by IoU (spec/metrics.md §3.1). Immutable.</summary>
public sealed class PanopticMatching
{
    /// <summary>Threshold of the published scores; strictly above it matches are one-to-one by themselves.</summary>
    public const double StandardThreshold = 0.5;

    private PanopticMatching(IReadOnlyList<SharedPixels> pairs, PanopticCounts counts)
    {
        Pairs = pairs;
        Counts = counts;
    }

    /// <summary>Matched pairs by ascending index of the annotated cell.</summary>
    public IReadOnlyList<SharedPixels> Pairs { get; }

    /// <summary>Counts and the scores that follow from them.</summary>
    public PanopticCounts Counts { get; }

    /// <summary>Matches cells.</summary>
    /// <param name="table">Cells of both sides.</param>
    /// <param name="threshold">
    /// Pairs match with an IoU strictly above it, 0 … 1. Below 0.5 a cell could match twice; then the assignment with the largest sum of IoU
    /// comes first.
    /// </param>
    public static PanopticMatching Of(OverlapTable table, double threshold = StandardThreshold)
    {
        ArgumentNullException.ThrowIfNull(table);
        IEnumerable<SharedPixels> candidates = threshold >= StandardThreshold
            ? table.Shared
            : AggregatedJaccard.LargestIou(table, shared => shared.Iou);
        SharedPixels[] pairs = [.. candidates.Where(shared => shared.Iou > threshold)];
        return new PanopticMatching(pairs, new PanopticCounts(
            pairs.Length, table.PredictionAreas.Count - pairs.Length, table.TruthAreas.Count - pairs.Length, pairs.Sum(shared => shared.Iou)));
    }
}
