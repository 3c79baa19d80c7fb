using System.IO.Compression;
using System.Text.Json;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Export;

namespace CellVitCluster.UnitTests.Store.Export;

public sealed class GeoJsonExporterTests : IClassFixture<SharedStore>
{
    private readonly SharedStore _shared;

    public GeoJsonExporterTests(SharedStore shared) => _shared = shared;

    [Fact]
    public void A_feature_is_a_QuPath_detection_in_the_frame_of_the_active_area()
    {
        JsonElement[] features = Export(new GeoJsonOptions(), "all.geojson");
        StoredCell cell = _shared.Store.ReadAll().First(c => !float.IsNaN(c.OrientationDegrees));
        JsonElement feature = features[cell.Row];

        features.Length.ShouldBe(3000);
        feature.GetProperty("type").GetString().ShouldBe("Feature");
        JsonElement properties = feature.GetProperty("properties");
        properties.GetProperty("objectType").GetString().ShouldBe("detection");
        JsonElement classification = properties.GetProperty("classification");
        var cellClass = SyntheticCells.PanNuke[cell.Class];
        classification.GetProperty("name").GetString().ShouldBe(cellClass.Name);
        classification.GetProperty("color").EnumerateArray().Select(v => v.GetInt32())
            .ShouldBe([cellClass.Red, cellClass.Green, cellClass.Blue]);
        JsonElement measurements = properties.GetProperty("measurements");
        measurements.GetProperty("Nucleus: Area µm^2").GetDouble().ShouldBe(Math.Round(cell.AreaSquareMicrons, 2));
        measurements.EnumerateObject().Select(m => m.Name).ShouldBe(
        [
            "Nucleus: Area µm^2",
            "Nucleus: Perimeter µm",
            "Nucleus: Circularity",
            "Nucleus: Max diameter µm",
            "Nucleus: Orientation °",
            "Detection probability",
            $"Probability: {cellClass.Name}",
        ]);
        measurements.GetProperty("Nucleus: Orientation °").GetDouble().ShouldBe(Math.Round(cell.OrientationDegrees, 2));
        measurements.GetProperty("Detection probability").GetDouble().ShouldBe(Math.Round(cell.NucleusProbability, 2));
        measurements.GetProperty($"Probability: {cellClass.Name}").GetDouble().ShouldBe(Math.Round(cell.ClassProbability, 2));

        double[][] ring = Ring(feature);
        ring.Length.ShouldBe(cell.Outline.Count + 1);
        ring[0].ShouldBe(ring[^1]);
        ring[0][0].ShouldBe(cell.Outline[0].X - 1000, 0.005);
        ring[0][1].ShouldBe(cell.Outline[0].Y - 2000, 0.005);
    }

    [Fact]
    public void An_orientation_that_is_not_known_is_left_out()
    {
        JsonElement[] features = Export(new GeoJsonOptions(), "all.geojson");
        StoredCell cell = _shared.Store.ReadAll().First(c => float.IsNaN(c.OrientationDegrees));

        features[cell.Row].GetProperty("properties").GetProperty("measurements").TryGetProperty("Nucleus: Orientation °", out _).ShouldBeFalse();
    }

    [Fact]
    public void Ids_are_unique_UUIDs_that_stay_the_same()
    {
        string[] first = Ids(Export(new GeoJsonOptions(), "first.geojson"));
        first.Distinct(StringComparer.Ordinal).Count().ShouldBe(3000);
        first.ShouldAllBe(id => Guid.ParseExact(id, "D").Version == 8);
        Ids(Export(new GeoJsonOptions { Points = true }, "second.geojson")).ShouldBe(first);
        CellUuid.Of("0123456789abcdef0123456789abcdef", new CellId(42)).ToString().ShouldBe("bbd752dd-9161-88cc-be38-1a48b80e88ed");
    }

    [Fact]
    public void Points_are_centroids()
    {
        JsonElement geometry = Export(new GeoJsonOptions { Points = true }, "points.geojson")[0].GetProperty("geometry");
        StoredCell cell = _shared.Store.ReadAll().First();

        geometry.GetProperty("type").GetString().ShouldBe("Point");
        geometry.GetProperty("coordinates").EnumerateArray().Select(v => v.GetDouble())
            .ShouldBe([Math.Round(cell.Centroid.X - 1000, 2), Math.Round(cell.Centroid.Y - 2000, 2)]);
    }

    [Fact]
    public void Quarters_of_the_slide_share_no_cell_and_lose_none()
    {
        const double Half = SyntheticCells.Side / 2.0;
        var ids = new List<string>();
        foreach ((double x, double y) in ((double, double)[])[(0, 0), (Half, 0), (0, Half), (Half, Half)])
        {
            var selection = new CellSelection { Region = new SlideRect(x, y, Half, Half) };
            ids.AddRange(Ids(Export(new GeoJsonOptions { Selection = selection }, "quarter.geojson")));
        }

        ids.Order(StringComparer.Ordinal).ShouldBe(Ids(Export(new GeoJsonOptions(), "whole.geojson")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Classes_and_probability_select()
    {
        var selection = new CellSelection { Classes = new HashSet<byte> { 1, 3 }, MinProbability = 0.5f };
        int expected = _shared.Cells.Count(c => c.Class is 1 or 3 && (float)c.ClassShare >= 0.5f);

        Export(new GeoJsonOptions { Selection = selection }, "some.geojson").Length.ShouldBe(expected);
        expected.ShouldBeInRange(1, 2999);
    }

    [Fact]
    public void A_name_in_gz_is_compressed()
    {
        string plain = _shared.Built.TemporaryFile("x.geojson"), packed = _shared.Built.TemporaryFile("x.geojson.gz");
        GeoJsonExporter.Export(_shared.Store, plain).ShouldBe(3000);
        GeoJsonExporter.Export(_shared.Store, packed);

        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
        {
            gzip.CopyTo(unpacked);
        }

        unpacked.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(plain)).ShouldBeTrue();
        new FileInfo(packed).Length.ShouldBeLessThan(new FileInfo(plain).Length / 2);
    }

    [Fact]
    public void A_stopped_export_leaves_no_file()
    {
        string path = _shared.Built.TemporaryFile("stopped.geojson");
        Should.Throw<OperationCanceledException>(() => GeoJsonExporter.Export(_shared.Store, path, cancellation: new CancellationToken(true)));
        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public void A_slide_without_cells_is_an_empty_collection()
    {
        using var built = new BuiltStore(Array.Empty<SlideCell>());
        using var store = CellStore.Open(built.Path);
        GeoJsonExporter.Export(store, built.TemporaryFile("none.geojson")).ShouldBe(0);
        File.ReadAllText(built.TemporaryFile("none.geojson")).ShouldBe("""{"type":"FeatureCollection","features":[]}""");
    }

    private static string[] Ids(JsonElement[] features) => [.. features.Select(f => f.GetProperty("id").GetString()!)];

    private static double[][] Ring(JsonElement feature) =>
        [.. feature.GetProperty("geometry").GetProperty("coordinates")[0].EnumerateArray()
            .Select(p => p.EnumerateArray().Select(v => v.GetDouble()).ToArray())];

    private JsonElement[] Export(GeoJsonOptions options, string name)
    {
        string path = _shared.Built.TemporaryFile(name);
        GeoJsonExporter.Export(_shared.Store, path, options);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        document.RootElement.GetProperty("type").GetString().ShouldBe("FeatureCollection");
        return [.. document.RootElement.GetProperty("features").EnumerateArray().Select(f => f.Clone())];
    }
}
