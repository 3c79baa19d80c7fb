using CellVitCluster.Evaluation.Pairing;

namespace CellVitCluster.Evaluation.Overlap;

/// <summary>
/// Aggregated Jaccard index (Kumar et al., IEEE TMI 36, 2017) and AJI+ (spec/metrics.md §4). Where the published program ends with an error
/// the formulas decide: no cell on either side is NaN, no overlap at all is 0. Thread-safe.
/// </summary>
public static class AggregatedJaccard
{
    private const double Epsilon = 1e-6;

    /// <summary>AJI: each annotated cell takes the predicted cell with the largest IoU, which others may take too; on a tie the earlier one.</summary>
    public static double Aji(OverlapTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Of(table, table.Shared.GroupBy(s => s.Truth).Select(group => group.MaxBy(SmoothedIou)));
    }

    /// <summary>AJI+: pairs of the one-to-one assignment with the largest sum of IoU.</summary>
    public static double AjiPlus(OverlapTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Of(table, LargestIou(table, SmoothedIou));
    }

    /// <summary>Overlapping pairs of the one-to-one assignment with the largest sum of <paramref name="weight"/>.</summary>
    internal static IEnumerable<SharedPixels> LargestIou(OverlapTable table, Func<SharedPixels, double> weight)
    {
        var shared = table.Shared.ToDictionary(s => new IndexPair(s.Truth, s.Prediction));
        return ComponentAssignment.Solve([.. shared.Keys], pair => shared.TryGetValue(pair, out SharedPixels s) ? -weight(s) : 0)
            .Where(shared.ContainsKey)
            .Select(pair => shared[pair]);
    }

    private static double SmoothedIou(SharedPixels shared) => shared.Pixels / (shared.Union + Epsilon);

    private static double Of(OverlapTable table, IEnumerable<SharedPixels> pairs)
    {
        SharedPixels[] chosen = [.. pairs];
        var truths = chosen.Select(s => s.Truth).ToHashSet();
        var predictions = chosen.Select(s => s.Prediction).ToHashSet();
        long alone = table.TruthAreas.Where((_, i) => !truths.Contains(i)).Sum() + table.PredictionAreas.Where((_, i) => !predictions.Contains(i)).Sum();
        return (double)chosen.Sum(s => s.Pixels) / (chosen.Sum(s => s.Union) + alone);
    }
}
