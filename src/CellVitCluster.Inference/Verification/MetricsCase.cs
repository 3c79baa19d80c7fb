using System.Globalization;
using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Evaluation.Overlap;
using CellVitCluster.Evaluation.Panoptic;

namespace CellVitCluster.Inference.Verification;

/// <summary>
/// Recorded scores of one pair of label maps (goldens/metrics/README.md). Counts and indices must be equal, scores agree within 1e-9, those
/// of the OCELOT scorer in their four decimals. Where the published program ends with an error, the formulas decide and the value is stated:
/// AJI is NaN without any cell and 0 without any overlap; with a map without background every instance counts, so AJI is a number.
/// </summary>
public sealed class MetricsCase : IGoldenCase
{
    private const double ScoreTolerance = 1e-9;
    private const int TypeCount = 6;

    private static readonly double[] Thresholds = [0.5, 0.3, 0.7];

    private readonly string _folder;

    private MetricsCase(string folder, string name)
    {
        _folder = folder;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The case of a folder; none when the folder holds something else.</summary>
    public static IEnumerable<IGoldenCase> Find(string folder, string name) =>
        GoldenArray.Exists(Path.Combine(folder, "true_instances.npy")) ? [new MetricsCase(folder, name)] : [];

    /// <inheritdoc/>
    public GoldenResult Run(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var comparison = new DetectionComparison(Name);
        try
        {
            using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "expected.json")));
            var maps = MetricsCaseMaps.Load(_folder);
            string undefined = CompareOverlap(maps.Table, expected.RootElement, comparison);
            ComparePanoptic(maps, expected.RootElement, comparison);
            MetricsCaseCells.Compare(maps, expected.RootElement, comparison);
            return comparison.ResultInBrief(undefined);
        }
        catch (Exception e) when (e is IOException or FormatException or CellVitException or ArgumentException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return DetectionComparison.Unreadable(Name, e);
        }
    }

    /// <summary>Difference to a recorded score; null is NaN.</summary>
    internal static void AddScore(DetectionComparison comparison, string what, double actual, JsonElement expected)
    {
        bool bothUndefined = expected.ValueKind == JsonValueKind.Null && double.IsNaN(actual);
        double difference = bothUndefined ? 0 : expected.ValueKind == JsonValueKind.Null ? double.NaN : Math.Abs(actual - expected.GetDouble());
        comparison.Add(what, difference, ScoreTolerance);
    }

    /// <summary>Difference to a recorded count, which must be 0.</summary>
    internal static void AddCount(DetectionComparison comparison, string what, int actual, JsonElement expected) =>
        comparison.AddUnequal(what, Math.Abs(actual - expected.GetInt32()));

    /// <summary>Compares the overlap scores.</summary>
    /// <returns>Values of the scores at which the published program ends with an error.</returns>
    private static string CompareOverlap(OverlapTable table, JsonElement expected, DetectionComparison comparison)
    {
        AddCount(comparison, "true cells", table.TruthAreas.Count, expected.GetProperty("n_true"));
        AddCount(comparison, "predicted cells", table.PredictionAreas.Count, expected.GetProperty("n_pred"));
        AddScore(comparison, "dice_1", ForegroundOverlap.Of(table).Dice, expected.GetProperty("dice_1"));
        return AddJaccard(comparison, "aji", AggregatedJaccard.Aji(table), table, expected)
            + AddJaccard(comparison, "aji_plus", AggregatedJaccard.AjiPlus(table), table, expected);
    }

    private static string AddJaccard(DetectionComparison comparison, string key, double actual, OverlapTable table, JsonElement expected)
    {
        JsonElement recorded = expected.GetProperty(key);
        if (recorded.ValueKind != JsonValueKind.Object)
        {
            AddScore(comparison, key, actual, recorded);
            return string.Empty;
        }

        bool isDocumented = table.TruthAreas.Count + table.PredictionAreas.Count == 0 ? double.IsNaN(actual)
            : table.Shared.Count == 0 ? actual == 0
            : actual is > 0 and <= 1;
        comparison.AddUnequal(key, isDocumented ? 0 : 1);
        return string.Create(CultureInfo.InvariantCulture, $"; {key} {actual:0.####} where the reference ends with an error");
    }

    private static void ComparePanoptic(MetricsCaseMaps maps, JsonElement expected, DetectionComparison comparison)
    {
        foreach (double threshold in Thresholds)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"fast_pq_iou_{threshold:0.0}");
            var matching = PanopticMatching.Of(maps.Table, threshold);
            JsonElement recorded = expected.GetProperty(key);
            AddCounts(comparison, key, matching.Counts, recorded);
            AddQuality(comparison, key, matching.Counts, recorded, string.Empty);
            int[] paired = [.. recorded.GetProperty("paired_true").EnumerateArray().Select(id => id.GetInt32()).Order()];
            comparison.AddUnequal($"{key} pairs", paired.SequenceEqual(matching.Pairs.Select(pair => pair.Truth + 1)) ? 0 : 1);
        }

        PanopticCounts counts = PanopticMatching.Of(maps.Table).Counts;
        JsonElement whole = expected.GetProperty("get_pq_iou_0.5");
        AddCounts(comparison, "get_pq", counts, whole);
        AddQuality(comparison, "get_pq", counts, whole, string.Empty);
        AddScore(comparison, "get_pq iou_sum", counts.SumIou, whole.GetProperty("iou_sum"));

        PanopticCounts? binary = maps.Table.TruthAreas.Count == 0 ? null : PanopticMatching.Of(maps.MergedTable).Counts;
        AddQuality(comparison, "bPQ", binary, expected.GetProperty("bPQ"), "b");
        CompareClasses(maps, expected, comparison);
    }

    private static void CompareClasses(MetricsCaseMaps maps, JsonElement expected, DetectionComparison comparison)
    {
        var qualities = new List<double>();
        for (byte type = 0; type < TypeCount; type++)
        {
            OverlapTable table = maps.TableOf(type);
            PanopticCounts? counts = table.TruthAreas.Count == 0 ? null : PanopticMatching.Of(table).Counts;
            AddQuality(comparison, $"class {type}", counts, expected.GetProperty("per_class")[type], string.Empty);
            qualities.AddRange(counts is { } known ? [known.Quality] : []);
        }

        AddScore(comparison, "mPQ", qualities.Count == 0 ? double.NaN : qualities.Average(), expected.GetProperty("mPQ_nanmean"));
    }

    private static void AddCounts(DetectionComparison comparison, string what, PanopticCounts counts, JsonElement expected)
    {
        AddCount(comparison, $"{what} tp", counts.TruePositives, expected.GetProperty("tp"));
        AddCount(comparison, $"{what} fp", counts.FalsePositives, expected.GetProperty("fp"));
        AddCount(comparison, $"{what} fn", counts.FalseNegatives, expected.GetProperty("fn"));
    }

    private static void AddQuality(DetectionComparison comparison, string what, PanopticCounts? counts, JsonElement expected, string prefix)
    {
        JsonElement Recorded(string name) => expected.ValueKind == JsonValueKind.Null ? expected : expected.GetProperty(prefix + name);
        AddScore(comparison, $"{what} dq", counts?.DetectionQuality ?? double.NaN, Recorded("dq"));
        AddScore(comparison, $"{what} sq", counts?.SegmentationQuality ?? double.NaN, Recorded("sq"));
        AddScore(comparison, $"{what} pq", counts?.Quality ?? double.NaN, Recorded("pq"));
    }
}
