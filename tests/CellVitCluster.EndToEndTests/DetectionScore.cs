using System.Globalization;
using System.Text.Json;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Store.Cells;

namespace CellVitCluster.EndToEndTests;

/// <summary>Detection score: pairs of centroids within a radius, nearest first, each used once.</summary>
internal sealed record DetectionScore(int Truth, int Predicted, int Matched)
{
    public double F1 => 2.0 * Matched / (Truth + Predicted);

    public static DetectionScore Against(string truthGeoJson, CellStore store, double radius)
    {
        SlidePoint[] truth = [.. Centers(truthGeoJson)];
        SlidePoint[] found = [.. store.ReadAll().Select(cell => cell.Centroid)];
        var pairs = new List<(double Distance, int Truth, int Found)>();
        for (int t = 0; t < truth.Length; t++)
        {
            for (int f = 0; f < found.Length; f++)
            {
                double distance = Math.Sqrt(Math.Pow(truth[t].X - found[f].X, 2) + Math.Pow(truth[t].Y - found[f].Y, 2));
                if (distance <= radius)
                {
                    pairs.Add((distance, t, f));
                }
            }
        }

        var usedTruth = new HashSet<int>();
        var usedFound = new HashSet<int>();
        foreach ((_, int t, int f) in pairs.OrderBy(p => p.Distance))
        {
            if (!usedTruth.Contains(t) && !usedFound.Contains(f))
            {
                usedTruth.Add(t);
                usedFound.Add(f);
            }
        }

        return new DetectionScore(truth.Length, found.Length, usedTruth.Count);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"truth {Truth}, predicted {Predicted}, matched {Matched}, F1 {F1:0.000}");

    private static IEnumerable<SlidePoint> Centers(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement root = document.RootElement;
        JsonElement features = root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("features");
        foreach (JsonElement feature in features.EnumerateArray())
        {
            JsonElement ring = feature.GetProperty("geometry").GetProperty("coordinates")[0];
            double[] coordinates = [.. ring.EnumerateArray().SelectMany(point => new[] { point[0].GetDouble(), point[1].GetDouble() })];
            SlideRect bounds = new SlidePolygon(coordinates).Bounds;
            yield return new SlidePoint(bounds.X + (bounds.Width / 2), bounds.Y + (bounds.Height / 2));
        }
    }
}
