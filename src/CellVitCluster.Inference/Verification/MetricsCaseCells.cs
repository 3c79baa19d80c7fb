using System.Globalization;
using System.Text.Json;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Evaluation.Compat;
using CellVitCluster.Evaluation.Pairing;

namespace CellVitCluster.Inference.Verification;

/// <summary>Compares the cells of a metrics case, their pairing and both kinds of detection scores.</summary>
internal static class MetricsCaseCells
{
    private const int LargestType = 5;
    private static readonly int[] Radii = [12, 6];
    private static readonly int[] OcelotCutoffs = [15, 6];

    /// <summary>Compares everything that rests on centroids and majority classes.</summary>
    public static void Compare(MetricsCaseMaps maps, JsonElement expected, DetectionComparison comparison)
    {
        IReadOnlyList<ReferenceCell> truths = maps.TrueCells, predictions = maps.PredictedCells;
        CompareCells("true", truths, expected.GetProperty("true_cells"), comparison);
        CompareCells("predicted", predictions, expected.GetProperty("pred_cells"), comparison);
        truths = ReferenceCells.OrStandIn(truths);
        predictions = ReferenceCells.OrStandIn(predictions);
        foreach (int radius in Radii)
        {
            CompareDetection(truths, predictions, radius, expected.GetProperty($"detection_radius_{radius}"), comparison);
        }

        CompareOcelot(truths, predictions, expected.GetProperty("ocelot"), comparison);
    }

    private static void CompareCells(string side, IReadOnlyList<ReferenceCell> cells, JsonElement expected, DetectionComparison comparison)
    {
        if (cells.Count != expected.GetArrayLength())
        {
            throw new FormatException($"{cells.Count} {side} cells, expected {expected.GetArrayLength()}.");
        }

        int unequal = 0;
        double largest = 0;
        for (int i = 0; i < cells.Count; i++)
        {
            JsonElement centroid = expected[i].GetProperty("centroid");
            unequal += cells[i].Label == expected[i].GetProperty("id").GetInt32() && cells[i].Type == expected[i].GetProperty("type").GetInt32() ? 0 : 1;
            largest = Math.Max(largest, Math.Abs(cells[i].Centroid.X - centroid[0].GetDouble()));
            largest = Math.Max(largest, Math.Abs(cells[i].Centroid.Y - centroid[1].GetDouble()));
        }

        comparison.AddUnequal($"{side} ids and types", unequal);
        comparison.Add($"{side} centroids", largest, 1e-9);
    }

    private static void CompareDetection(
        IReadOnlyList<ReferenceCell> truths, IReadOnlyList<ReferenceCell> predictions, int radius, JsonElement expected, DetectionComparison comparison)
    {
        CellPairing pairing = CentroidPairing.PairAsPublished(
            [.. truths.Select(c => c.Centroid)], [.. predictions.Select(c => c.Centroid)], radius);
        IEnumerable<IndexPair> pairs = expected.GetProperty("pair_index").EnumerateArray().Select(p => new IndexPair(p[0].GetInt32(), p[1].GetInt32()));
        MetricsCase.AddCount(comparison, $"radius {radius} number of pairs", pairing.Pairs.Count, expected.GetProperty("pairs"));
        comparison.AddUnequal($"radius {radius} pairs", pairing.Pairs.SequenceEqual(pairs.OrderBy(p => p.Truth)) ? 0 : 1);
        comparison.AddUnequal($"radius {radius} unpaired", SameIndices(pairing.UnpairedTruths, expected.GetProperty("unpaired_true")) ? 0 : 1);
        comparison.AddUnequal($"radius {radius} unpaired", SameIndices(pairing.UnpairedPredictions, expected.GetProperty("unpaired_pred")) ? 0 : 1);
        var counts = DetectionCounts.Of(pairing);
        AddScores($"radius {radius}", counts.F1, counts.Precision, counts.Recall, expected.GetProperty("detection"), comparison);
        string[] truthTypes = Names(truths), predictedTypes = Names(predictions);
        for (int type = 1; type <= LargestType; type++)
        {
            var typed = ClassDetectionCounts.Of(pairing, truthTypes, predictedTypes, NameOf(type));
            AddScores($"radius {radius} type {type}", typed.F1, typed.Precision, typed.Recall, expected.GetProperty("per_type_1..")[type - 1], comparison);
        }
    }

    private static bool SameIndices(IReadOnlyList<int> actual, JsonElement expected) =>
        actual.SequenceEqual(expected.EnumerateArray().Select(i => i.GetInt32()).Order());

    private static void AddScores(string what, double f1, double precision, double recall, JsonElement expected, DetectionComparison comparison)
    {
        MetricsCase.AddScore(comparison, $"{what} f1", f1, expected.GetProperty("f1"));
        MetricsCase.AddScore(comparison, $"{what} precision", precision, expected.GetProperty("precision"));
        MetricsCase.AddScore(comparison, $"{what} recall", recall, expected.GetProperty("recall"));
    }

    private static void CompareOcelot(
        IReadOnlyList<ReferenceCell> truths, IReadOnlyList<ReferenceCell> predictions, JsonElement expected, DetectionComparison comparison)
    {
        double[] confidence = [.. expected.GetProperty("confidence").EnumerateArray().Select(c => c.GetDouble())];
        foreach (int cutoff in OcelotCutoffs)
        {
            for (int type = 1; type <= LargestType; type++)
            {
                SlidePoint[] ofTruth = [.. truths.Where(c => c.Type == type).Select(c => c.Centroid)];
                ScoredPoint[] ofPrediction = [.. predictions.Select((c, i) => (Cell: c, Index: i))
                    .Where(c => c.Cell.Type == type).Select(c => new ScoredPoint(c.Cell.Centroid, confidence[c.Index]))];
                var counts = OcelotCounts.Of(ofTruth, ofPrediction, cutoff);
                JsonElement recorded = expected.GetProperty($"cutoff_{cutoff}")[type - 1];
                MetricsCase.AddScore(comparison, $"ocelot {cutoff} type {type} precision", counts.Precision, recorded[0]);
                MetricsCase.AddScore(comparison, $"ocelot {cutoff} type {type} recall", counts.Recall, recorded[1]);
                MetricsCase.AddScore(comparison, $"ocelot {cutoff} type {type} f1", counts.F1, recorded[2]);
            }
        }
    }

    private static string[] Names(IReadOnlyList<ReferenceCell> cells) => [.. cells.Select(c => NameOf(c.Type))];

    private static string NameOf(int type) => type.ToString(CultureInfo.InvariantCulture);
}
