using CellVitCluster.Domain.Runs;
using CellVitCluster.Evaluation.Overlap;
using CellVitCluster.Evaluation.Panoptic;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>How well the pixels agree, classes ignored; of one image, or means over images. NaN: undefined.</summary>
/// <param name="Dice">Overlap of "any nucleus here".</param>
/// <param name="Aji">Aggregated Jaccard index.</param>
/// <param name="AjiPlus">Aggregated Jaccard index with one-to-one pairs.</param>
/// <param name="Bpq">Binary panoptic quality: product of the following two.</param>
/// <param name="Bdq">Its detection quality.</param>
/// <param name="Bsq">Its segmentation quality.</param>
public sealed record SegmentationScores(double Dice, double Aji, double AjiPlus, double Bpq, double Bdq, double Bsq)
{
    /// <summary>Scores of one image: all NaN when both sides are empty, 0 when one of them is.</summary>
    /// <param name="table">Cells of both sides.</param>
    /// <param name="mode">Reference: an image without annotated cells has no bPQ, whatever was found there.</param>
    public static SegmentationScores Of(OverlapTable table, CompatibilityMode mode = CompatibilityMode.Default)
    {
        ArgumentNullException.ThrowIfNull(table);
        PanopticCounts counts = PanopticMatching.Of(table).Counts;
        bool isUndefined = mode == CompatibilityMode.Reference ? table.TruthAreas.Count == 0 : counts.IsEmpty;
        return new SegmentationScores(
            ForegroundOverlap.Of(table).Dice,
            AggregatedJaccard.Aji(table),
            AggregatedJaccard.AjiPlus(table),
            isUndefined ? double.NaN : counts.Quality,
            isUndefined ? double.NaN : counts.DetectionQuality,
            isUndefined ? double.NaN : counts.SegmentationQuality);
    }

    /// <summary>Means over images, undefined values left out.</summary>
    public static SegmentationScores MeanOf(IReadOnlyList<SegmentationScores> images) => new(
        NanMean.Of(images.Select(i => i.Dice)),
        NanMean.Of(images.Select(i => i.Aji)),
        NanMean.Of(images.Select(i => i.AjiPlus)),
        NanMean.Of(images.Select(i => i.Bpq)),
        NanMean.Of(images.Select(i => i.Bdq)),
        NanMean.Of(images.Select(i => i.Bsq)));
}
