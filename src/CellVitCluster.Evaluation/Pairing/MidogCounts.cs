using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Evaluation.Pairing;

/// <summary>
/// Scorer of the MIDOG challenge for mitotic figures (spec/metrics.md §2.3, steps 3 to 6). All lengths in mm. Counts of several slides add up.
/// </summary>
/// <param name="TruePositives">Annotated figures that have a prediction.</param>
/// <param name="FalsePositives">Merged predictions that no annotated figure took.</param>
/// <param name="FalseNegatives">Annotated figures without prediction.</param>
public readonly record struct MidogCounts(int TruePositives, int FalsePositives, int FalseNegatives)
{
    /// <summary>Predictions within this distance of each other are one figure: 11.25 µm.</summary>
    public const double MergeMillimeters = 0.01125;

    /// <summary>A prediction this near to an annotated figure finds it: 7.5 µm.</summary>
    public const double MatchMillimeters = 0.0075;

    private const double Epsilon = 1e-6;

    /// <summary>Precision.</summary>
    public double Precision => TruePositives / (TruePositives + FalsePositives + Epsilon);

    /// <summary>Recall.</summary>
    public double Recall => TruePositives / (TruePositives + FalseNegatives + Epsilon);

    /// <summary>F1; 1 on slides without any figure.</summary>
    public double F1 => ((2 * TruePositives) + Epsilon) / ((2 * TruePositives) + FalsePositives + FalseNegatives + Epsilon);

    /// <summary>Scores one slide.</summary>
    /// <param name="truths">Annotated figures in the order of their file, mm.</param>
    /// <param name="candidates">Cells with their probability of being a mitotic figure, mm.</param>
    /// <param name="threshold">Candidates count above this probability.</param>
    public static MidogCounts Of(IReadOnlyList<SlidePoint> truths, IReadOnlyList<ScoredPoint> candidates, double threshold)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(candidates);
        List<SlidePoint> free = Merge([.. candidates.Where(c => c.Confidence > threshold).Select(c => c.Point)]);
        int found = 0, predicted = free.Count;
        foreach (SlidePoint truth in truths)
        {
            SlidePoint[] near = [.. free.Where(p => Distance(p, truth) <= MatchMillimeters).OrderBy(p => Distance(p, truth)).Take(1)];
            if (near.Length > 0)
            {
                free.Remove(near[0]);
                found++;
            }
        }

        return new MidogCounts(found, predicted - found, truths.Count - found);
    }

    /// <summary>Counts of two slides together.</summary>
    public static MidogCounts operator +(MidogCounts a, MidogCounts b) => Add(a, b);

    /// <summary>Counts of two slides together.</summary>
    public static MidogCounts Add(MidogCounts a, MidogCounts b) =>
        new(a.TruePositives + b.TruePositives, a.FalsePositives + b.FalsePositives, a.FalseNegatives + b.FalseNegatives);

    /// <summary>Each point not yet merged absorbs all later ones near it; the result is their mean.</summary>
    private static List<SlidePoint> Merge(IReadOnlyList<SlidePoint> points)
    {
        var merged = new List<SlidePoint>();
        bool[] absorbed = new bool[points.Count];
        for (int i = 0; i < points.Count; i++)
        {
            if (absorbed[i])
            {
                continue;
            }

            double sumX = 0, sumY = 0;
            int count = 0;
            for (int j = i; j < points.Count; j++)
            {
                if (!absorbed[j] && Distance(points[i], points[j]) <= MergeMillimeters)
                {
                    absorbed[j] = true;
                    (sumX, sumY, count) = (sumX + points[j].X, sumY + points[j].Y, count + 1);
                }
            }

            merged.Add(new SlidePoint(sumX / count, sumY / count));
        }

        return merged;
    }

    private static double Distance(SlidePoint a, SlidePoint b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));
}
