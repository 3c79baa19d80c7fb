using System.Globalization;
using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Slides.Regions;

/// <summary>
/// Reads a region of interest from GeoJSON as QuPath and others write it: a FeatureCollection, a Feature, an array of either, or a bare
/// geometry; Polygon and MultiPolygon. Coordinates are level-0 px, x right, y down, origin at the slide's upper-left corner.
/// </summary>
public static class RegionFile
{
    private const string Expected = "expected polygons: a FeatureCollection, a Feature, an array of features, a Polygon or a MultiPolygon";

    /// <summary>Reads a file.</summary>
    /// <returns>All polygons of the file together; at least one.</returns>
    /// <exception cref="CellVitException">The file cannot be understood (<see cref="ErrorCode.RegionFileInvalid"/>).</exception>
    public static RegionOfInterest Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using JsonDocument json = JsonDocument.Parse(file);
            var parts = new List<RegionPart>();
            AddAny(json.RootElement, parts);
            return parts.Count > 0
                ? new RegionOfInterest(parts)
                : throw new FormatException($"it contains no geometry; {Expected}");
        }
        catch (Exception exception) when (exception is JsonException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CellVitException(
                ErrorCode.RegionFileInvalid,
                $"Cannot read the region file '{path}'.",
                $"Found: {exception.Message.TrimEnd('.')}.",
                "Export the annotation as GeoJSON from QuPath (File, Export objects as GeoJSON) and pass that file.",
                exception);
        }
    }

    private static void AddAny(JsonElement element, List<RegionPart> parts)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            AddAll(element, parts);
            return;
        }

        switch (TypeOf(element))
        {
            case "FeatureCollection":
                AddAll(ArrayOf(element, "features"), parts);
                break;
            case "Feature":
                AddAny(Member(element, "geometry"), parts);
                break;
            case "Polygon":
                parts.Add(Polygon(ArrayOf(element, "coordinates")));
                break;
            case "MultiPolygon":
                foreach (JsonElement polygon in ArrayOf(element, "coordinates").EnumerateArray())
                {
                    parts.Add(Polygon(polygon));
                }

                break;
            case string type:
                throw new FormatException($"an element of type '{type}'; {Expected}");
        }
    }

    private static void AddAll(JsonElement array, List<RegionPart> parts)
    {
        foreach (JsonElement element in array.EnumerateArray())
        {
            AddAny(element, parts);
        }
    }

    private static RegionPart Polygon(JsonElement rings)
    {
        if (rings.ValueKind != JsonValueKind.Array || rings.GetArrayLength() == 0)
        {
            throw new FormatException("a polygon without rings");
        }

        SlidePolygon[] polygons = [.. rings.EnumerateArray().Select(Ring)];
        return new RegionPart(polygons[0], polygons[1..]);
    }

    private static SlidePolygon Ring(JsonElement positions)
    {
        var coordinates = new List<double>();
        if (positions.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement position in positions.EnumerateArray())
            {
                AddPosition(position, coordinates);
            }
        }

        // GeoJSON repeats the first vertex at the end; a SlidePolygon does not.
        if (coordinates.Count >= 4 && coordinates[0] == coordinates[^2] && coordinates[1] == coordinates[^1])
        {
            coordinates.RemoveRange(coordinates.Count - 2, 2);
        }

        return coordinates.Count >= 6
            ? new SlidePolygon([.. coordinates])
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a ring of {coordinates.Count / 2} vertices; expected at least 3"));
    }

    /// <summary>A position may have a third number (plane or height), which does not matter here.</summary>
    private static void AddPosition(JsonElement position, List<double> coordinates)
    {
        if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2
            || position[0].ValueKind != JsonValueKind.Number || position[1].ValueKind != JsonValueKind.Number
            || !double.IsFinite(position[0].GetDouble()) || !double.IsFinite(position[1].GetDouble()))
        {
            throw new FormatException($"the position '{Shortened(position.GetRawText())}'; expected two finite numbers [x, y]");
        }

        coordinates.Add(position[0].GetDouble());
        coordinates.Add(position[1].GetDouble());
    }

    private static string TypeOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()!
            : throw new FormatException($"'{Shortened(element.GetRawText())}' without a GeoJSON type; {Expected}");

    private static JsonElement Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement member) ? member : throw new FormatException($"an element without '{name}'");

    private static JsonElement ArrayOf(JsonElement element, string name)
    {
        JsonElement member = Member(element, name);
        return member.ValueKind == JsonValueKind.Array ? member : throw new FormatException($"'{name}' is no array");
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
