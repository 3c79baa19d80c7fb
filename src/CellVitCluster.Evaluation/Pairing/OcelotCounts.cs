using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Evaluation.Pairing;

/// <summary>
/// Scorer of the OCELOT challenge for one class (spec/metrics.md §2.2): predictions in order of decreasing confidence take the nearest free
/// annotated cell within the cutoff. Counts of several images add up. Scores are rounded to four decimals as the scorer does; its 1e-7 in the
/// denominators makes 0 / 0 zero.
/// </summary>
/// <param name="TruePositives">Predictions that took an annotated cell.</param>
/// <param name="FalsePositives">Predictions that found none free.</param>
/// <param name="Truths">Annotated cells.</param>
public readonly record struct OcelotCounts(int TruePositives, int FalsePositives, int Truths)
{
    /// <summary>Cutoff of the challenge, px.</summary>
    public const double Cutoff = 15;

    private const double Epsilon = 1e-7;

    /// <summary>Precision, four decimals.</summary>
    public double Precision => Math.Round(RawPrecision, 4);

    /// <summary>Recall, four decimals.</summary>
    public double Recall => Math.Round(RawRecall, 4);

    /// <summary>F1 of the unrounded precision and recall, four decimals.</summary>
    public double F1 => Math.Round(2 * RawPrecision * RawRecall / (RawPrecision + RawRecall + Epsilon), 4);

    private double RawPrecision => TruePositives / (TruePositives + FalsePositives + Epsilon);

    private double RawRecall => TruePositives / (Truths + Epsilon);

    /// <summary>Scores one class of one image.</summary>
    /// <param name="truths">Annotated centroids of the class.</param>
    /// <param name="predictions">Predicted centroids of the class; among equal confidences the earlier comes first.</param>
    /// <param name="cutoff">Largest distance, px; exactly this distance counts.</param>
    public static OcelotCounts Of(IReadOnlyList<SlidePoint> truths, IReadOnlyList<ScoredPoint> predictions, double cutoff = Cutoff)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(predictions);
        bool[] taken = new bool[truths.Count];
        int found = 0;
        foreach (ScoredPoint prediction in predictions.OrderByDescending(p => p.Confidence))
        {
            int nearest = -1;
            double smallest = double.PositiveInfinity;
            for (int i = 0; i < taken.Length; i++)
            {
                double x = truths[i].X - prediction.Point.X, y = truths[i].Y - prediction.Point.Y;
                double distance = Math.Sqrt((x * x) + (y * y));
                if (!taken[i] && distance <= cutoff && distance < smallest)
                {
                    (nearest, smallest) = (i, distance);
                }
            }

            if (nearest >= 0)
            {
                taken[nearest] = true;
                found++;
            }
        }

        return new OcelotCounts(found, predictions.Count - found, truths.Count);
    }

    /// <summary>Counts of two images together.</summary>
    public static OcelotCounts operator +(OcelotCounts a, OcelotCounts b) => Add(a, b);

    /// <summary>Counts of two images together.</summary>
    public static OcelotCounts Add(OcelotCounts a, OcelotCounts b) =>
        new(a.TruePositives + b.TruePositives, a.FalsePositives + b.FalsePositives, a.Truths + b.Truths);
}
