using CellVitCluster.Evaluation.Pairing;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>Scores of one image.</summary>
/// <param name="Name">Name of the image.</param>
/// <param name="Truths">Annotated cells.</param>
/// <param name="Predictions">Predicted cells.</param>
/// <param name="Detection">Counts of centroids.</param>
/// <param name="Segmentation">Overlap of outlines; null when a side has points only.</param>
/// <param name="Classes">By class; empty when a side says nothing about classes.</param>
public sealed record ImageScores(
    string Name,
    int Truths,
    int Predictions,
    DetectionCounts Detection,
    SegmentationScores? Segmentation,
    IReadOnlyDictionary<string, ClassScores> Classes)
{
    /// <summary>Mean PQ over the classes annotated in this image; NaN without any.</summary>
    public double MeanQuality => NanMean.Of(Classes.Values.Select(c => c.Quality));
}
