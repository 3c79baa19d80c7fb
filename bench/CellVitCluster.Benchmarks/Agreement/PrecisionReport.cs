using CellVitCluster.Store.Cells;

namespace CellVitCluster.Benchmarks.Agreement;

/// <summary>
/// <c>bench/run precision</c>: how far the cells of a faster number format agree with those of fp32. The rule for a format to be offered:
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
        (int Exact, int Fast)[] pairs = Match(exact, fast);
        double matched = 2.0 * pairs.Length / (exact.Length + fast.Length);
        double classes = pairs.Count(p => exact[p.Exact].Class == fast[p.Fast].Class) / (double)pairs.Length;
        Console.WriteLine(FormattableString.Invariant($"fp32 {exact.Length} cells, other format {fast.Length}; matched within {Radius} px {matched:P2} (needed {NeededMatches:P1}), equal classes {classes:P2} (needed {NeededClasses:P0})"));
        return matched >= NeededMatches && classes >= NeededClasses ? 0 : 1;
    }

    private static StoredCell[] Cells(string path)
    {
        using CellStore store = CellStore.Open(path);
        return [.. store.ReadAll()];
    }

    /// <summary>Pairs cells one to one, nearest first.</summary>
    private static (int Exact, int Fast)[] Match(StoredCell[] exact, StoredCell[] fast)
    {
        var candidates = new List<(double Distance, int Exact, int Fast)>();
        for (int i = 0; i < exact.Length; i++)
        {
            for (int j = 0; j < fast.Length; j++)
            {
                double distance = Math.Sqrt(Math.Pow(exact[i].Centroid.X - fast[j].Centroid.X, 2) + Math.Pow(exact[i].Centroid.Y - fast[j].Centroid.Y, 2));
                if (distance <= Radius)
                {
                    candidates.Add((distance, i, j));
                }
            }
        }

        var (usedExact, usedFast, pairs) = (new HashSet<int>(), new HashSet<int>(), new List<(int, int)>());
        foreach ((_, int i, int j) in candidates.OrderBy(c => c.Distance))
        {
            if (!usedExact.Contains(i) && !usedFast.Contains(j))
            {
                usedExact.Add(i);
                usedFast.Add(j);
                pairs.Add((i, j));
            }
        }

        return [.. pairs];
    }
}
