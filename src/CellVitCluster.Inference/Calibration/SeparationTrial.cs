using CellVitCluster.Detection.Separation;
using CellVitCluster.Evaluation.Scoring;

namespace CellVitCluster.Inference.Calibration;

/// <summary>How well one way of separating does on the annotated slides.</summary>
/// <param name="Parameters">The way.</param>
/// <param name="Scores">Its scores.</param>
public sealed record SeparationTrial(SeparationParameters Parameters, EvaluationReport Scores)
{
    /// <summary>F1 of detection over all slides.</summary>
    public double F1 => Scores.Detection.F1;

    /// <summary>Mean bPQ of the slides; 0 for annotations without outlines.</summary>
    public double Bpq => Scores.Segmentation?.Bpq ?? 0;

    /// <summary>What trials are ranked by: finding nuclei and outlining them count alike.</summary>
    public double Merit => F1 + Bpq;
}
