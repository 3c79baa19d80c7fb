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
    public static SegmentationScores Of(OverlapTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        PanopticCounts counts = PanopticMatching.Of(table).Counts;
        return new SegmentationScores(
            ForegroundOverlap.Of(table).Dice,
            AggregatedJaccard.Aji(table),
            AggregatedJaccard.AjiPlus(table),
            counts.IsEmpty ? double.NaN : counts.Quality,
            counts.IsEmpty ? double.NaN : counts.DetectionQuality,
            counts.IsEmpty ? double.NaN : counts.SegmentationQuality);
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
