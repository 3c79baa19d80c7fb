using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Reading;
using CellVitCluster.Slides.Tiling;

namespace CellVitCluster.UnitTests.Slides.Tiling;

public sealed class TilePlannerTests
{
    [Theory]
    [InlineData(2500, 2000, 0, 0, 0, 0, 992, 992)]
    [InlineData(2500, 2000, 0, 2, 1888, 0, 612, 992)]
    [InlineData(2500, 2000, 1, 1, 928, 928, 1024, 1024)]
    [InlineData(2500, 2000, 2, 1, 928, 1888, 1024, 112)]
    [InlineData(1930, 2000, 0, 1, 928, 0, 1002, 992)]
    [InlineData(1930, 2000, 0, 2, 1888, 0, 42, 992)]
    [InlineData(970, 2000, 0, 0, 0, 0, 970, 992)]
    [InlineData(970, 2000, 0, 1, 928, 0, 42, 992)]
    public void Conformance_table_of_the_tile_grid(int slideWidth, int slideHeight, int row, int column, int x, int y, int width, int height)
    {
        using DrawnSlide slide = White(slideWidth, slideHeight, 0.25);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        new TileSource(slide, grid, CompatibilityMode.Default).RectOf(new TileId(row, column)).ShouldBe(new SourceRect(x, y, width, height));
    }

    [Fact]
    public void Offsets_of_the_conformance_table()
    {
        using DrawnSlide slide = White(2500, 2000, 0.25);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        (grid.Rows, grid.Columns).ShouldBe((3, 3));
        grid.FrameOf(new TileId(0, 0)).ToSlide(new TilePoint(0, 0)).ShouldBe(new SlidePoint(-32, -32));
        grid.FrameOf(new TileId(0, 2)).ToSlide(new TilePoint(0, 0)).ShouldBe(new SlidePoint(1888, -32));
        grid.FrameOf(new TileId(2, 1)).ToSlide(new TilePoint(0, 0)).ShouldBe(new SlidePoint(928, 1888));
    }

    [Theory]
    [InlineData(0.1625, 1600, 50, 1500)]
    [InlineData(0.25, 1024, 32, 960)]
    [InlineData(0.33, 768, 24, 720)]
    [InlineData(0.499, 512, 16, 480)]
    [InlineData(0.65, 384, 12, 360)]
    public void Read_geometry_consists_of_whole_pixels(double mpp, int readSize, int halfOverlap, int stride)
    {
        using DrawnSlide slide = White(5000, 5000, mpp);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        (grid.ReadSize, grid.ReadHalfOverlap, grid.ReadStride).ShouldBe((readSize, halfOverlap, stride));
        grid.Columns.ShouldBe((5000 + stride - 1) / stride);
    }

    [Fact]
    public void A_reduced_slide_rounds_its_size_up()
    {
        using DrawnSlide slide = White(2001, 1999, 0.125);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        (grid.SourceWidth, grid.SourceHeight).ShouldBe((1001, 1000));
    }

    [Fact]
    public void A_slide_without_pixel_size_is_refused_with_the_remedy()
    {
        using DrawnSlide slide = White(2000, 2000, null);

        CalibrationException error = Should.Throw<CalibrationException>(() => TilePlanner.Plan(slide.Metadata));

        error.Code.ShouldBe(ErrorCode.PixelSizeMissing);
        error.Remedy.ShouldContain("--mpp");
    }

    [Theory]
    [InlineData(0.76)]
    [InlineData(0.04)]
    [InlineData(double.NaN)]
    public void An_unusable_pixel_size_is_refused(double mpp)
    {
        using DrawnSlide slide = White(2000, 2000, mpp);

        Should.Throw<CalibrationException>(() => TilePlanner.Plan(slide.Metadata)).Code.ShouldBe(ErrorCode.PixelSizeOutOfRange);
    }

    private static DrawnSlide White(int width, int height, double? mpp) => new(width, height, mpp, (_, _) => (255, 255, 255));
}
