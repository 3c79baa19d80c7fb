using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Reading;
using CellVitCluster.Slides.Tiling;

namespace CellVitCluster.UnitTests.Slides.Reading;

public sealed class TileReaderTests
{
    /// <summary>A color that tells its position modulo 256 and never counts as background.</summary>
    private static (byte R, byte G, byte B) Position(long x, long y) => ((byte)x, (byte)y, (byte)(((x + y) & 1) == 0 ? 250 : 0));

    [Theory]
    [InlineData(2500, 2000)]
    [InlineData(970, 1930)]
    [InlineData(200, 200)]
    [InlineData(961, 991)]
    public void Every_pixel_lies_where_the_tile_frame_says_and_the_rest_is_white(int width, int height)
    {
        using var slide = new DrawnSlide(width, height, 0.25, Position);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);
        var reader = new TileReader(slide, grid, CompatibilityMode.Default);
        for (int i = 0; i < grid.TileCount; i++)
        {
            TileFrame frame = grid.FrameOf(grid.TileAt(i));
            using TilePixels? tile = reader.Read(frame.Tile);
            if (tile is not null)
            {
                ShouldShow(tile.Rgb, (x, y) => Expected(slide, frame.OriginX + x, frame.OriginY + y), TileGrid.TileSize);
            }
        }
    }

    [Theory]
    [InlineData(2500, 2000, 0, 0, 32, 32)]
    [InlineData(970, 1930, 0, 0, 54, 32)]
    [InlineData(200, 200, 0, 0, 824, 824)]
    public void Reference_mode_puts_all_missing_pixels_of_a_first_tile_on_its_upper_left(int width, int height, int row, int column, int left, int top)
    {
        using var slide = new DrawnSlide(width, height, 0.25, Position);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        using TilePixels? tile = new TileReader(slide, grid, CompatibilityMode.Reference).Read(new TileId(row, column));

        ShouldShow(tile!.Rgb, (x, y) => Expected(slide, x - left, y - top), TileGrid.TileSize);
    }

    [Fact]
    public void A_20x_tile_is_the_pillow_enlargement_of_512_source_pixels()
    {
        using var slide = new DrawnSlide(2000, 2000, 0.5, Position);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);
        var source = new byte[512 * 512 * 3];
        slide.Read(480 - 16, 480 - 16, 0, 512, 512, source);
        var expected = new byte[TilePixels.ByteCount];
        new LanczosResampler(512, 512, 1024, 1024).Resize(source, expected);

        using TilePixels? tile = new TileReader(slide, grid, CompatibilityMode.Default).Read(new TileId(1, 1));

        tile!.Rgb.SequenceEqual(expected).ShouldBeTrue();
    }

    [Fact]
    public void An_80x_slide_is_read_from_the_level_that_fits()
    {
        using var slide = new DrawnSlide(8192, 4096, 0.125, (x, y) => Position(x / 2, y / 2), 2, 4);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        using TilePixels? tile = new TileReader(slide, grid, CompatibilityMode.Default).Read(new TileId(1, 2));

        slide.PixelsByLevel.Keys.ShouldBe([1]);
        ShouldShow(tile!.Rgb, (x, y) => Position(1888 + x, 928 + y), TileGrid.TileSize);
    }

    [Fact]
    public void A_slide_without_the_fitting_level_is_reduced_from_the_next_finer_one()
    {
        using var slide = new DrawnSlide(4096, 4096, 0.125, (x, _) => ((byte)(x / 16), 0, 200));
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        using TilePixels? tile = new TileReader(slide, grid, CompatibilityMode.Default).Read(new TileId(0, 1));

        // Local column 0 is source column 928, that is level-0 column 1856 of the ramp; resampling rounds by one at the most.
        for (int x = 0; x < TileGrid.TileSize; x += 100)
        {
            ((int)tile!.Rgb[((500 * TileGrid.TileSize) + x) * 3]).ShouldBeInRange(((1856 + (2 * x)) / 16) - 1, ((1856 + (2 * x)) / 16) + 1);
        }
    }

    [Fact]
    public void Tiles_are_cut_relative_to_the_scanners_bounds()
    {
        using var drawn = new DrawnSlide(6000, 5000, 0.25, Position);
        using var slide = new DrawnSlide(6000, 5000, 0.25, Position) { Metadata = drawn.Metadata with { ActiveArea = new SlideRect(1000, 700, 2500, 2000) } };
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        using TilePixels? tile = new TileReader(slide, grid, CompatibilityMode.Default).Read(new TileId(0, 2));

        grid.Columns.ShouldBe(3);
        ShouldShow(tile!.Rgb, (x, y) => x < 612 && y >= 32 ? Position(1000 + 1888 + x, 700 + y - 32) : White, TileGrid.TileSize);
    }

    [Theory]
    [InlineData(0.25, 110, false)]
    [InlineData(0.25, 98, true)]
    public void A_tile_with_less_than_one_percent_tissue_is_discarded(double mpp, int blob, bool discarded)
    {
        using var slide = new DrawnSlide(3000, 3000, mpp, (x, y) => x is >= 1000 && y is >= 1000 && x < 1000 + blob && y < 1000 + blob ? ((byte)150, (byte)60, (byte)140) : White);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        using TilePixels? tile = new TileReader(slide, grid, CompatibilityMode.Default).Read(new TileId(1, 1));

        (tile is null).ShouldBe(discarded);
    }

    [Fact]
    public void A_20x_tile_with_three_percent_tissue_is_kept_by_default_and_discarded_by_the_published_rule()
    {
        using var slide = new DrawnSlide(2000, 2000, 0.5, (x, y) => x is >= 600 and < 690 && y is >= 600 and < 690 ? ((byte)150, (byte)60, (byte)140) : White);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        using TilePixels? kept = new TileReader(slide, grid, CompatibilityMode.Default).Read(new TileId(1, 1));
        using TilePixels? discarded = new TileReader(slide, grid, CompatibilityMode.Reference).Read(new TileId(1, 1));

        kept.ShouldNotBeNull();
        discarded.ShouldBeNull();
    }

    [Fact]
    public void Native_tile_of_a_real_slide_shows_the_pixels_that_openslide_shows()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Tnbc));
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        using TilePixels? tile = new TileReader(slide, grid, CompatibilityMode.Default).Read(new TileId(1, 1));

        // Tile (1, 1) begins at (928, 928); the digest below was made from a picture that openslide-write-png wrote.
        FormulaPicture.DigestOf(tile!.Rgb).ShouldBe("8033f059ab2b330a21fceea63061e8e7");
    }

    [Fact]
    public void Enlarged_tile_of_a_real_slide_equals_openslide_and_pillow()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Cmu));
        TileGrid grid = TilePlanner.Plan(slide.Metadata);

        using TilePixels? tile = new TileReader(slide, grid, CompatibilityMode.Reference).Read(new TileId(2, 1));

        FormulaPicture.DigestOf(tile!.Rgb).ShouldBe("488dd5bbeb3f6fecf2a3533936f0b23f");
    }

    [Fact]
    public void A_tile_outside_the_grid_is_refused()
    {
        using var slide = new DrawnSlide(2000, 2000, 0.25, Position);
        var reader = new TileReader(slide, TilePlanner.Plan(slide.Metadata), CompatibilityMode.Default);

        Should.Throw<ArgumentOutOfRangeException>(() => reader.Read(new TileId(0, 3)));
    }

    private static (byte R, byte G, byte B) White => (255, 255, 255);

    private static (byte R, byte G, byte B) Expected(DrawnSlide slide, int x, int y) =>
        x >= 0 && y >= 0 && x < slide.Metadata.Width && y < slide.Metadata.Height ? Position(x, y) : White;

    private static void ShouldShow(ReadOnlySpan<byte> rgb, Func<int, int, (byte R, byte G, byte B)> expected, int side)
    {
        for (int y = 0, i = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++, i += 3)
            {
                if ((rgb[i], rgb[i + 1], rgb[i + 2]) != expected(x, y))
                {
                    Assert.Fail($"Pixel ({x}, {y}) is ({rgb[i]}, {rgb[i + 1]}, {rgb[i + 2]}), expected {expected(x, y)}.");
                }
            }
        }
    }
}
