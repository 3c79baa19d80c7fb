using System.IO.Compression;
using System.Text.Json;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Evaluation.Reading;

/// <summary>
/// Reads cells from GeoJSON as QuPath and others write it: Polygon, MultiPolygon and Point features, the class in
/// <c>properties.classification.name</c> (or <c>classification</c> itself where it is text), plain or gzip. Of a QuPath cell with a nucleus
/// the nucleus counts (<c>nucleusGeometry</c>). Thread-safe.
/// </summary>
internal static class GeoJsonFile
{
    /// <summary>Coordinates beyond this are no pixels of a slide.</summary>
    private const double LargestCoordinate = 1 << 24;

    private static readonly string[] Extensions = [".geojson", ".json", ".geojson.gz", ".json.gz"];

    /// <summary>Whether the name is that of a GeoJSON file.</summary>
    public static bool IsOne(string path) => Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a file.</summary>
    /// <exception cref="Domain.Errors.CellVitException">The file cannot be used.</exception>
    public static EvaluationImage Read(string path, string name) => EvaluationErrors.Guard(path, () =>
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var cells = new List<EvaluationCell>();
        int features = 0;
        foreach (JsonElement feature in new GeoJsonFeatures(stream).Read())
        {
            cells.AddRange(CellOf(feature, features++) is { } cell ? [cell] : []);
        }

        return cells.Count == 0 && features > 0
            ? throw new FormatException($"{features} features, none of which is a Polygon, MultiPolygon or Point")
            : new EvaluationImage
            {
                Name = name,
                Path = path,
                Cells = cells,
                HasClasses = cells.Count == 0 || cells.Any(cell => cell.ClassName is not null),
            };
    });

    private static EvaluationCell? CellOf(JsonElement feature, int index)
    {
        try
        {
            JsonElement geometry = Member(feature, "nucleusGeometry") ?? Member(feature, "geometry")
                ?? throw new FormatException("no geometry");
            string? type = Member(geometry, "type")?.ToString();
            JsonElement coordinates = Member(geometry, "coordinates") ?? throw new FormatException($"a geometry of type '{type}' without coordinates");
            string? className = ClassOf(feature);
            switch (type)
            {
                case "Point":
                    (double x, double y) = Position(coordinates);
                    return new EvaluationCell(new SlidePoint(x, y), null, className);
                case "Polygon":
                    return EvaluationCell.FromRings(Rings(coordinates), className);
                case "MultiPolygon":
                    return EvaluationCell.FromRings([.. Items(coordinates).SelectMany(Rings)], className);
                default:
                    return null;
            }
        }
        catch (FormatException e)
        {
            throw new FormatException($"feature {index}: {e.Message}", e);
        }
    }

    private static string? ClassOf(JsonElement feature)
    {
        JsonElement? classification = Member(feature, "properties") is { } properties ? Member(properties, "classification") : null;
        JsonElement? name = classification is { ValueKind: JsonValueKind.Object } ? Member(classification.Value, "name") : classification;
        return name is { ValueKind: JsonValueKind.String } text && !string.IsNullOrWhiteSpace(text.GetString()) ? text.GetString() : null;
    }

    private static IReadOnlyList<double[]> Rings(JsonElement rings)
    {
        double[][] read = [.. Items(rings).Select(Ring)];
        return read.Length > 0 ? read : throw new FormatException("a polygon without rings");
    }

    private static double[] Ring(JsonElement ring)
    {
        double[] coordinates = [.. Items(ring).SelectMany(position =>
        {
            (double x, double y) = Position(position);
            return new[] { x, y };
        })];
        return coordinates.Length >= 6 ? coordinates : throw new FormatException($"a ring of {coordinates.Length / 2} vertices, expected at least 3");
    }

    private static (double X, double Y) Position(JsonElement position)
    {
        if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2
            || position[0].ValueKind != JsonValueKind.Number || position[1].ValueKind != JsonValueKind.Number
            || !(Math.Abs(position[0].GetDouble()) <= LargestCoordinate) || !(Math.Abs(position[1].GetDouble()) <= LargestCoordinate))
        {
            string text = position.GetRawText();
            throw new FormatException($"the position '{(text.Length <= 40 ? text : $"{text[..40]}…")}', expected [x, y] in px of at most {LargestCoordinate:0}");
        }

        return (position[0].GetDouble(), position[1].GetDouble());
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new FormatException($"coordinates of kind {element.ValueKind}, expected an array");

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null
            ? member
            : null;
}
