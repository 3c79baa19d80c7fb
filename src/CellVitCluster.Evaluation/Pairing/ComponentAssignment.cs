using System.Globalization;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Evaluation.Pairing;

/// <summary>
/// Linear assignment within each connected component of a sparse graph between annotated and predicted cells: the time and memory of the
/// components, not of all pairs. Thread-safe.
/// </summary>
internal static class ComponentAssignment
{
    /// <summary>Largest number of pairs that one component may span: 3,000 × 3,000, 72 MB.</summary>
    public const long MaximumPairs = 9_000_000;

    /// <summary>Assigns with the smallest sum of costs per component.</summary>
    /// <param name="edges">Pairs that connect; none twice.</param>
    /// <param name="cost">Finite cost of any pair of a component, also of those without an edge.</param>
    /// <returns>Assigned pairs by ascending truth; also such without an edge.</returns>
    /// <exception cref="CellVitException">A component spans more than <see cref="MaximumPairs"/> pairs.</exception>
    public static IReadOnlyList<IndexPair> Solve(IReadOnlyList<IndexPair> edges, Func<IndexPair, double> cost)
    {
        var pairs = new List<IndexPair>();
        foreach ((List<int> truths, List<int> predictions) in Components(edges))
        {
            if ((long)truths.Count * predictions.Count > MaximumPairs)
            {
                throw new CellVitException(
                    ErrorCode.EvaluationImpossible,
                    "Cells cannot be assigned to each other.",
                    string.Create(CultureInfo.InvariantCulture, $"{truths.Count} annotated and {predictions.Count} predicted cells hang together, more than {MaximumPairs} pairs."),
                    "Take outlines of whole regions out of the files, or lower the radius.");
            }

            double[] costs = new double[truths.Count * predictions.Count];
            for (int i = 0; i < costs.Length; i++)
            {
                costs[i] = cost(new IndexPair(truths[i / predictions.Count], predictions[i % predictions.Count]));
            }

            int[] columns = LinearAssignment.Solve(costs, truths.Count, predictions.Count);
            for (int row = 0; row < columns.Length; row++)
            {
                if (columns[row] >= 0)
                {
                    pairs.Add(new IndexPair(truths[row], predictions[columns[row]]));
                }
            }
        }

        pairs.Sort(static (a, b) => a.Truth.CompareTo(b.Truth));
        return pairs;
    }

    /// <summary>Cells of each component, ascending.</summary>
    private static IEnumerable<(List<int> Truths, List<int> Predictions)> Components(IReadOnlyList<IndexPair> edges)
    {
        ILookup<int, int> byTruth = edges.ToLookup(e => e.Truth, e => e.Prediction);
        ILookup<int, int> byPrediction = edges.ToLookup(e => e.Prediction, e => e.Truth);
        var seen = new HashSet<int>();
        foreach (int first in byTruth.Select(group => group.Key).Order())
        {
            if (!seen.Add(first))
            {
                continue;
            }

            var truths = new List<int> { first };
            var predictions = new SortedSet<int>();
            for (int i = 0; i < truths.Count; i++)
            {
                foreach (int prediction in byTruth[truths[i]].Where(predictions.Add))
                {
                    truths.AddRange(byPrediction[prediction].Where(seen.Add));
                }
            }

            truths.Sort();
            yield return (truths, [.. predictions]);
        }
    }
}
