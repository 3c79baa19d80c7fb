using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Slides.Regions;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Slides.Regions;

public sealed class RegionFileTests : IDisposable
{
    private const string Square = """{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[2,2],[4,2],[4,4],[2,4],[2,2]]]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Square)]
    [InlineData("""{"type":"Feature","properties":{},"geometry":""" + Square + "}")]
    [InlineData("""{"type":"FeatureCollection","features":[{"type":"Feature","geometry":""" + Square + "}]}")]
    [InlineData("""[{"type":"Feature","geometry":""" + Square + "}]")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0,1],[10,0,1],[10,10,1],[0,10,1]],[[2,2],[4,2],[4,4],[2,4],[2,2]]]]}""")]
    public void Every_form_of_geojson_means_the_same_region(string json)
    {
        RegionOfInterest region = RegionFile.Read(Write(json));

        RegionPart part = region.Parts.ShouldHaveSingleItem();
        part.Outer.Count.ShouldBe(4);
        part.Holes.ShouldHaveSingleItem().Area.ShouldBe(4);
        region.Contains(new SlidePoint(1, 1)).ShouldBeTrue();
        region.Contains(new SlidePoint(3, 3)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("luna/123.annotation.geojson", 2)]
    [InlineData("luna/1006844.annotation.geojson", null)]
    [InlineData("luna/region_annotation_results.geojson", null)]
    [InlineData("luna/test_cell_detections.geojson", null)]
    [InlineData("puma-qupath/training_set_primary_roi_006_nuclei.geojson", null)]
    [InlineData("puma-qupath/training_set_metastatic_roi_102_nuclei.geojson", null)]
    public void Exports_of_other_programs_are_understood(string file, int? parts)
    {
        RegionOfInterest region = RegionFile.Read(SharedData.Path("data", "interop", file));

        region.Parts.Count.ShouldBe(parts ?? region.Parts.Count);
        region.Parts.ShouldAllBe(part => part.Outer.Area > 0);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"type":"FeatureCollection","features":[]}""")]
    [InlineData("""{"type":"FeatureCollection"}""")]
    [InlineData("""{"type":"Feature","geometry":null}""")]
    [InlineData("""{"type":"Point","coordinates":[1,2]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],["1",1],[0,5]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1e999,1],[0,5]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[0,0],[1,1],[0,5]]}""")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[7]}""")]
    public void Anything_else_is_refused(string json) =>
        Should.Throw<CellVitException>(() => RegionFile.Read(Write(json))).Code.ShouldBe(ErrorCode.RegionFileInvalid);

    [Theory]
    [InlineData(-5, -5, 20, 20, true)]
    [InlineData(1, 1, 0.5, 0.5, true)]
    [InlineData(2.5, 2.5, 1, 1, false)]
    [InlineData(9, 9, 5, 5, true)]
    [InlineData(11, 0, 5, 5, false)]
    [InlineData(3, 3, 3, 3, true)]
    [InlineData(-5, 4, 30, 1, true)]
    public void A_rectangle_meets_the_region_when_they_share_an_area(double x, double y, double width, double height, bool expected) =>
        RegionTouch.Meets(RegionFile.Read(Write(Square)), new SlideRect(x, y, width, height)).ShouldBe(expected);

    private string Write(string json)
    {
        string path = _folder.File("region.geojson");
        File.WriteAllText(path, json);
        return path;
    }
}
