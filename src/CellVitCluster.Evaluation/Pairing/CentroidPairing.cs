using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Evaluation.Pairing;

/// <summary>
/// Pairs cells one to one by their centroids, at most a radius apart: ours within the radius alone, and as the published programs do
/// (spec/metrics.md §2.1). Thread-safe.
/// </summary>
public static class CentroidPairing
{
    /// <summary>Up to so many cells per side the published pairing assigns all cells together.</summary>
    public const int WholeLimit = 3000;

    /// <summary>Among pairs within the radius: as many as possible, and of those choices the one with the smallest sum of distances.</summary>
    /// <param name="truths">Annotated centroids, px.</param>
    /// <param name="predictions">Predicted centroids, px.</param>
    /// <param name="radius">Largest distance of a pair, px; a pair at exactly this distance counts.</param>
    /// <exception cref="Domain.Errors.CellVitException">The radius is so large that thousands of cells hang together.</exception>
    public static CellPairing Pair(IReadOnlyList<SlidePoint> truths, IReadOnlyList<SlidePoint> predictions, double radius)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(predictions);

        // No saving of distance is worth a pair: a group has fewer pairs than cells.
        double penalty = (Math.Max(truths.Count, predictions.Count) + 1) * Math.Max(radius, 1);
        return PairByGroups(truths, predictions, radius, distance => distance <= radius ? distance : penalty);
    }

    /// <summary>
    /// The linear assignment of all cells with the smallest sum of distances, from which pairs farther apart than the radius are taken out
    /// afterwards. Where many cells of a large image have no partner near by, their far assignment displaces right pairs around it.
    /// </summary>
    /// <param name="truths">Annotated centroids, px.</param>
    /// <param name="predictions">Predicted centroids, px.</param>
    /// <param name="radius">Largest distance of a pair, px; a pair at exactly this distance counts.</param>
    /// <remarks>
    /// With more than <see cref="WholeLimit"/> cells on a side the assignment is solved for each group of cells that are connected by
    /// distances within the radius: all distances of a large slide together fit in no memory.
    /// </remarks>
    /// <exception cref="Domain.Errors.CellVitException">The radius is so large that thousands of cells hang together.</exception>
    public static CellPairing PairAsPublished(IReadOnlyList<SlidePoint> truths, IReadOnlyList<SlidePoint> predictions, double radius)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(predictions);
        if (Math.Max(truths.Count, predictions.Count) > WholeLimit)
        {
            return PairByGroups(truths, predictions, radius, distance => distance);
        }

        double[] distances = new double[truths.Count * predictions.Count];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = Distance(truths[i / predictions.Count], predictions[i % predictions.Count]);
        }

        int[] columns = LinearAssignment.Solve(distances, truths.Count, predictions.Count);
        return Within(columns.Select((column, row) => new IndexPair(row, column)).Where(pair => pair.Prediction >= 0), truths, predictions, radius);
    }

    private static CellPairing PairByGroups(
        IReadOnlyList<SlidePoint> truths, IReadOnlyList<SlidePoint> predictions, double radius, Func<double, double> cost)
    {
        IReadOnlyList<IndexPair> pairs = ComponentAssignment.Solve(
            Near(truths, predictions, radius), pair => cost(Distance(truths[pair.Truth], predictions[pair.Prediction])));
        return Within(pairs, truths, predictions, radius);
    }

    private static CellPairing Within(
        IEnumerable<IndexPair> pairs, IReadOnlyList<SlidePoint> truths, IReadOnlyList<SlidePoint> predictions, double radius) =>
        new(
            [.. pairs.Where(pair => Distance(truths[pair.Truth], predictions[pair.Prediction]) <= radius)],
            truths.Count,
            predictions.Count);

    /// <summary>All pairs within the radius, found through a grid of squares of that side.</summary>
    private static List<IndexPair> Near(IReadOnlyList<SlidePoint> truths, IReadOnlyList<SlidePoint> predictions, double radius)
    {
        double side = Math.Max(radius, 1);
        (long Column, long Row) SquareOf(SlidePoint point) => ((long)Math.Floor(point.X / side), (long)Math.Floor(point.Y / side));
        ILookup<(long Column, long Row), int> squares = Enumerable.Range(0, predictions.Count).ToLookup(i => SquareOf(predictions[i]));
        var near = new List<IndexPair>();
        for (int truth = 0; truth < truths.Count; truth++)
        {
            (long column, long row) = SquareOf(truths[truth]);
            for (int neighbor = 0; neighbor < 9; neighbor++)
            {
                foreach (int prediction in squares[(column + (neighbor % 3) - 1, row + (neighbor / 3) - 1)])
                {
                    if (Distance(truths[truth], predictions[prediction]) <= radius)
                    {
                        near.Add(new IndexPair(truth, prediction));
                    }
                }
            }
        }

        return near;
    }

    private static double Distance(SlidePoint a, SlidePoint b)
    {
        double x = a.X - b.X, y = a.Y - b.Y;
        return Math.Sqrt((x * x) + (y * y));
    }
}
