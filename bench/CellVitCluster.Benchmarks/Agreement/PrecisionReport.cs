using CellVitCluster.Evaluation.Pairing;
using CellVitCluster.Store.Cells;

namespace CellVitCluster.Benchmarks.Agreement;

/// <summary>
/// <c>bench/run precision</c>: how far the cells of a faster number format agree with those of fp32 on the processor. The rule for a format to be offered:
/// at least 99.5 % of the cells matched within 3 px, at least 99 % of those of equal class.
/// </summary>
internal static class PrecisionReport
{
    private const double Radius = 3;
    private const double NeededMatches = 0.995;
    private const double NeededClasses = 0.99;

    /// <summary>Compares two stores of one slide.</summary>
    /// <returns>0 when the rule holds, else 1.</returns>
    public static int Run(string exactStore, string fastStore)
    {
        StoredCell[] exact = Cells(exactStore);
        StoredCell[] fast = Cells(fastStore);
        var pairing = CentroidPairing.Pair([.. exact.Select(c => c.Centroid)], [.. fast.Select(c => c.Centroid)], Radius);
        double matched = DetectionCounts.Of(pairing).F1;
        double classes = pairing.Pairs.Count(p => exact[p.Truth].Class == fast[p.Prediction].Class) / (double)pairing.Pairs.Count;
        Console.WriteLine(FormattableString.Invariant($"fp32 {exact.Length} cells, other format {fast.Length}; matched within {Radius} px {matched:P2} (needed {NeededMatches:P1}), equal classes {classes:P2} (needed {NeededClasses:P0})"));
        return matched >= NeededMatches && classes >= NeededClasses ? 0 : 1;
    }

    private static StoredCell[] Cells(string path)
    {
        using CellStore store = CellStore.Open(path);
        return [.. store.ReadAll()];
    }
}
