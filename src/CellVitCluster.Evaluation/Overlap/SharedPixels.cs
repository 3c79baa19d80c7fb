namespace CellVitCluster.Evaluation.Overlap;

/// <summary>An annotated and a predicted cell that share pixels.</summary>
/// <param name="Truth">Index of the annotated cell.</param>
/// <param name="Prediction">Index of the predicted cell.</param>
/// <param name="Pixels">Shared pixels, at least 1.</param>
/// <param name="Union">Pixels of either cell.</param>
public readonly record struct SharedPixels(int Truth, int Prediction, long Pixels, long Union)
{
    /// <summary>Intersection over union, above 0, at most 1.</summary>
    public double Iou => (double)Pixels / Union;
}
