using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.UnitTests.Domain.Geometry;

public sealed class SlidePolygonTests
{
    [Fact]
    public void The_outline_of_a_tile_cell_is_its_contour_on_the_slide()
    {
        TileFrame frame = Grid.FrameOf(new TileId(1, 2));
        var contour = new TileContour([8, 16, 24, 160, 168, 152, 160, 8]);
        var view = new SlidePolygon(contour, frame);

        var expected = new SlidePolygon([.. Enumerable.Range(0, 4).SelectMany(i => new[] { frame.ToSlide(contour[i]).X, frame.ToSlide(contour[i]).Y })]);
        view.Count.ShouldBe(4);
        view.ToArray().ShouldBe(expected.ToArray());
        view[3].ShouldBe(expected[3]);
        view.Bounds.ShouldBe(expected.Bounds);
        view.Area.ShouldBe(expected.Area);
        view.Perimeter.ShouldBe(expected.Perimeter);
        view.Contains(frame.ToSlide(new TilePoint(5, 5))).ShouldBeTrue();
        view.Contains(frame.ToSlide(new TilePoint(0.5, 5))).ShouldBeFalse();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_coordinate_that_is_not_finite_shows_in_the_bounds(double value)
    {
        SlideRect bounds = new SlidePolygon([0, 0, 0, 5, value, 5, 5, 0]).Bounds;

        double.IsFinite(bounds.Width).ShouldBeFalse();
    }

    private static TileGrid Grid { get; } = new()
    {
        BaseMpp = new Mpp(0.37),
        ActiveArea = new SlideRect(100, 40, 3000, 2000),
        Downsample = 1,
        RescaleSixteenths = 11,
        SourceWidth = 3000,
        SourceHeight = 2000,
        Columns = 5,
        Rows = 4,
    };
}
