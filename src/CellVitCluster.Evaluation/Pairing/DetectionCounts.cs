namespace CellVitCluster.Evaluation.Pairing;

/// <summary>
/// Found, invented and missed cells, classes ignored; counts of several images add up. Scores have no smoothing: 0 / 0 is NaN
/// (spec/metrics.md §2.1).
/// </summary>
/// <param name="TruePositives">Pairs.</param>
/// <param name="FalsePositives">Predicted cells without partner.</param>
/// <param name="FalseNegatives">Annotated cells without partner.</param>
public readonly record struct DetectionCounts(int TruePositives, int FalsePositives, int FalseNegatives)
{
    /// <summary>Share of the predicted cells that are annotated.</summary>
    public double Precision => (double)TruePositives / (TruePositives + FalsePositives);

    /// <summary>Share of the annotated cells that are found.</summary>
    public double Recall => (double)TruePositives / (TruePositives + FalseNegatives);

    /// <summary>Harmonic mean of both.</summary>
    public double F1 => 2.0 * TruePositives / ((2.0 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>Counts of a pairing.</summary>
    public static DetectionCounts Of(CellPairing pairing)
    {
        ArgumentNullException.ThrowIfNull(pairing);
        return new(pairing.Pairs.Count, pairing.UnpairedPredictions.Count, pairing.UnpairedTruths.Count);
    }

    /// <summary>Counts of two images together.</summary>
    public static DetectionCounts operator +(DetectionCounts a, DetectionCounts b) => Add(a, b);

    /// <summary>Counts of two images together.</summary>
    public static DetectionCounts Add(DetectionCounts a, DetectionCounts b) =>
        new(a.TruePositives + b.TruePositives, a.FalsePositives + b.FalsePositives, a.FalseNegatives + b.FalseNegatives);
}
