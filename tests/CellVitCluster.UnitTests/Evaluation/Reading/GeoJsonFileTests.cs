using System.IO.Compression;
using System.Text;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Evaluation.Reading;

public sealed class GeoJsonFileTests : IDisposable
{
    private const string Square = """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[10,10],[20,10],[20,20],[10,20],[10,10]]]},"properties":{"classification":{"name":"Tumor"}}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"type":"FeatureCollection","features":[""" + Square + "]}")]
    [InlineData("""{"crs":{"features":[1]},"features":[""" + Square + """],"name":"x"}""")]
    [InlineData("[" + Square + "]")]
    [InlineData("\uFEFF[ " + Square + " ] ")]
    public void A_collection_and_a_bare_array_are_the_same_cells(string json)
    {
        EvaluationImage image = Read(json);

        EvaluationCell cell = image.Cells.ShouldHaveSingleItem();
        (cell.Region!.Area, cell.Centroid, cell.ClassName, image.HasClasses).ShouldBe((100, new SlidePoint(15, 15), "Tumor", true));
    }

    [Fact]
    public void Points_parts_and_holes_are_read_and_other_geometry_is_left_out()
    {
        EvaluationImage image = Read("""
            [{"geometry":{"type":"Point","coordinates":[3,4,0]},"properties":{"classification":"Stroma"}},
             {"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,4]]],[[[8,0],[10,0],[10,2],[8,2]]]]}},
             {"geometry":{"type":"LineString","coordinates":[[0,0],[4,0]]},"properties":null},
             {"geometry":{"type":"Polygon","coordinates":[[[0.2,0.2],[0.4,0.2],[0.4,0.4]]]},"nucleusGeometry":{"type":"Polygon","coordinates":[[[0.1,0.1],[0.3,0.1],[0.3,0.3]]]}}]
            """);

        image.Cells.Select(c => c.ClassName).ShouldBe(["Stroma", null, null]);
        image.Cells[0].Region.ShouldBeNull();
        image.Cells[0].Centroid.ShouldBe(new SlidePoint(3, 4));
        image.Cells[1].Region!.Area.ShouldBe(20);
        (image.Cells[2].Region!.Area, image.Cells[2].Centroid.X, image.Cells[2].Centroid.Y).ShouldBe((0, 0.2, 0.2));
        image.HasRegions.ShouldBeFalse();
    }

    [Fact]
    public void Files_larger_than_the_buffer_are_read_whole_also_compressed()
    {
        string json = """{"features":[""" + string.Join(",\n", Enumerable.Repeat(Square, 3000)) + "]}";
        File.WriteAllText(_folder.File("plain.geojson"), json);
        using (var gzip = new GZipStream(File.Create(_folder.File("packed.geojson.gz")), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(json));
        }

        IReadOnlyList<EvaluationSource> files = EvaluationFiles.Find(_folder.Path);

        files.Select(f => f.Name).ShouldBe(["packed", "plain"]);
        files.ShouldAllBe(f => f.Read().Cells.Count == 3000);
    }

    [Theory]
    [InlineData("no json", "")]
    [InlineData("", "JSON tokens")]
    [InlineData("{}", "features")]
    [InlineData("""{"type":"Feature","geometry":null}""", "features")]
    [InlineData("[" + Square, "open JSON")]
    [InlineData("[1]", "Number")]
    [InlineData("""[{"geometry":{"type":"LineString","coordinates":[]}}]""", "none of which")]
    [InlineData("""[{"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}}]""", "feature 0: a ring of 2 vertices")]
    [InlineData("""[{"geometry":{"type":"Polygon","coordinates":[]}}]""", "without rings")]
    [InlineData("""[{"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,"a"],[2,2]]]}}]""", "position")]
    [InlineData("""[{"geometry":{"type":"Point","coordinates":[1e300,0]}}]""", "position")]
    [InlineData("""[{"geometry":{"type":"Polygon"}}]""", "without coordinates")]
    public void Other_content_is_refused_with_the_file_and_the_reason(string json, string reason)
    {
        CellVitException error = Should.Throw<CellVitException>(() => Read(json));

        error.Code.ShouldBe(ErrorCode.EvaluationInputInvalid);
        error.Message.ShouldContain("cells.geojson");
        error.Why.ShouldContain(reason);
    }

    [Fact]
    public void No_features_are_an_image_without_cells() => Read("""{"features":[]}""").Cells.ShouldBeEmpty();

    [Fact]
    public void Exports_of_other_programs_are_understood()
    {
        IReadOnlyList<EvaluationSource> files = EvaluationFiles.Find(SharedData.Path("data", "interop", "puma-qupath"));

        files.Sum(f => f.Read().Cells.Count).ShouldBe(2281);
        EvaluationFiles.Find(SharedData.Path("data", "interop", "luna", "test_cell_detections.geojson"))[0].Read().Cells.ShouldNotBeEmpty();
    }

    [Fact]
    public void Unknown_missing_and_ambiguous_files_are_refused()
    {
        File.WriteAllText(_folder.File("a.txt"), "x");
        Should.Throw<CellVitException>(() => EvaluationFiles.Find(_folder.File("a.txt"))).Message.ShouldContain("unknown kind");
        Should.Throw<CellVitException>(() => EvaluationFiles.Find(_folder.Path)).Message.ShouldContain("without any file");
        Should.Throw<CellVitException>(() => EvaluationFiles.Find(_folder.File("none"))).Message.ShouldContain("no such");
        File.WriteAllText(_folder.File("a.json"), "[]");
        File.WriteAllText(_folder.File("a.geojson"), "[]");
        Should.Throw<CellVitException>(() => EvaluationFiles.Find(_folder.Path)).Message.ShouldContain("two files of the name 'a'");
    }

    private EvaluationImage Read(string json)
    {
        File.WriteAllText(_folder.File("cells.geojson"), json);
        return EvaluationFiles.Find(_folder.File("cells.geojson"))[0].Read();
    }
}
