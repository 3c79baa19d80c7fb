using CellVitCluster.Evaluation.Pairing;
using CellVitCluster.Evaluation.Panoptic;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>One class of one image.</summary>
/// <param name="Detection">Counts of its centroids.</param>
/// <param name="Panoptic">Counts of its outlines; null when a side has points only.</param>
/// <param name="IsAnnotated">Whether the image has annotated cells of the class; if not, its PQ is undefined.</param>
public sealed record ClassScores(ClassDetectionCounts Detection, PanopticCounts? Panoptic, bool IsAnnotated)
{
    /// <summary>Panoptic quality of the class in this image; NaN when it is not annotated or a side has points only.</summary>
    public double Quality => IsAnnotated && Panoptic is { } counts ? counts.Quality : double.NaN;
}
