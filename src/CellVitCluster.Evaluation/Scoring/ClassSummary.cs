using CellVitCluster.Evaluation.Pairing;
using CellVitCluster.Evaluation.Panoptic;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>One class over all images.</summary>
/// <param name="Name">As the annotation spells it.</param>
/// <param name="Detection">Sums of the counts of its centroids.</param>
/// <param name="MeanQuality">Mean of its PQ over the images in which it is annotated; NaN without any.</param>
/// <param name="Panoptic">Sums of the counts of its outlines: their quality is PQ+; null when there are points only.</param>
public sealed record ClassSummary(string Name, ClassDetectionCounts Detection, double MeanQuality, PanopticCounts? Panoptic);
