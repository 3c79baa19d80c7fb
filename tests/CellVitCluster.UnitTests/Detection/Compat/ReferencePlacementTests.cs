using CellVitCluster.Detection.Compat;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.UnitTests.Detection.Compat;

public sealed class ReferencePlacementTests
{
    [Theory]
    [InlineData(64, 64, 960, 960, 0)]
    [InlineData(63, 63, 80, 80, 1)]
    [InlineData(500, 63, 520, 80, 2)]
    [InlineData(950, 10, 961, 80, 3)]
    [InlineData(950, 500, 961, 520, 4)]
    [InlineData(950, 950, 961, 961, 5)]
    [InlineData(500, 950, 520, 961, 6)]
    [InlineData(10, 950, 20, 961, 7)]
    [InlineData(63, 500, 80, 520, 8)]
    [InlineData(10, 10, 1000, 1000, 1)]
    public void Zones_are_those_of_the_table(int left, int top, int right, int bottom, int zone) =>
        Place(left, top, right, bottom).Zone.ShouldBe((ReferenceZone)zone);

    [Theory]
    [InlineData(500, 0, 520, 20, "2_5")]
    [InlineData(1000, 0, 1024, 20, "2_5 2_6 3_6")]
    [InlineData(1000, 500, 1024, 520, "3_6")]
    [InlineData(1000, 1000, 1024, 1024, "3_6 4_6 4_5")]
    [InlineData(500, 1000, 520, 1024, "4_5")]
    [InlineData(0, 1000, 20, 1024, "4_5 4_4 3_4")]
    [InlineData(0, 500, 20, 520, "3_4")]
    [InlineData(0, 0, 20, 20, "3_4 2_4 2_5")]
    public void Edge_tiles_are_those_of_the_table(int left, int top, int right, int bottom, string tiles)
    {
        ReferencePlacement placement = Place(left, top, right, bottom);

        placement.TouchesBorder.ShouldBeTrue();
        string.Join(' ', placement.EdgeTiles!).ShouldBe(tiles);
    }

    [Theory]
    [InlineData(0, 100, 1024, 120, true)]
    [InlineData(0, 0, 1024, 120, true)]
    [InlineData(1, 1, 1023, 1023, false)]
    public void Opposite_sides_and_no_side_have_no_edge_tiles(int left, int top, int right, int bottom, bool touches)
    {
        ReferencePlacement placement = Place(left, top, right, bottom);

        placement.TouchesBorder.ShouldBe(touches);
        placement.EdgeTiles.ShouldBeNull();
    }

    private static ReferencePlacement Place(int left, int top, int right, int bottom) =>
        ReferencePlacement.Of(new TileId(3, 5), new TileRect(left, top, right - left, bottom - top));
}
