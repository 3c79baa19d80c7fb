using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Evaluation.Pairing;

/// <summary>A predicted centroid with what the network thinks of it.</summary>
/// <param name="Point">Px.</param>
/// <param name="Confidence">Probability of the predicted class, 0 … 1.</param>
public readonly record struct ScoredPoint(SlidePoint Point, double Confidence);
