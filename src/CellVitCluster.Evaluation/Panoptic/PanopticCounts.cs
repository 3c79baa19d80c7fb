namespace CellVitCluster.Evaluation.Panoptic;

/// <summary>
/// Panoptic quality (Kirillov et al., CVPR 2019) from counts; counts of several images add up, which is what mPQ+ does
/// (spec/metrics.md §3.1 and §3.4). Without any cell all three are 0.
/// </summary>
/// <param name="TruePositives">Matched pairs.</param>
/// <param name="FalsePositives">Predicted cells without match.</param>
/// <param name="FalseNegatives">Annotated cells without match.</param>
/// <param name="SumIou">Sum of the IoU of the matched pairs.</param>
public readonly record struct PanopticCounts(int TruePositives, int FalsePositives, int FalseNegatives, double SumIou)
{
    private const double Epsilon = 1e-6;

    /// <summary>Detection quality.</summary>
    public double DetectionQuality => TruePositives / (TruePositives + (0.5 * FalsePositives) + (0.5 * FalseNegatives) + Epsilon);

    /// <summary>Segmentation quality: mean IoU of the matched pairs.</summary>
    public double SegmentationQuality => SumIou / (TruePositives + Epsilon);

    /// <summary>Product of both.</summary>
    public double Quality => DetectionQuality * SegmentationQuality;

    /// <summary>Whether any cell was counted.</summary>
    public bool IsEmpty => TruePositives + FalsePositives + FalseNegatives == 0;

    /// <summary>Counts of two images together.</summary>
    public static PanopticCounts operator +(PanopticCounts a, PanopticCounts b) => Add(a, b);

    /// <summary>Counts of two images together.</summary>
    public static PanopticCounts Add(PanopticCounts a, PanopticCounts b) => new(
        a.TruePositives + b.TruePositives, a.FalsePositives + b.FalsePositives, a.FalseNegatives + b.FalseNegatives, a.SumIou + b.SumIou);
}
