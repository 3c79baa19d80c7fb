using System.Collections;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Tiling;
using CellVitCluster.Slides.Tissue;
using CsCheck;

namespace CellVitCluster.UnitTests.Slides.Tissue;

public sealed class TileSelectorTests
{
    private static readonly double[] PixelSizes = [0.1625, 0.19, 0.25, 0.33, 0.499, 0.65];

    /// <summary>
    /// A square of a quarter of the tile's side has at least a quarter of its area, 1.5 % of the tile, in the tile that holds its center. The
    /// pixel sizes give whole and fractional tile sides on the thumbnail.
    /// </summary>
    [Fact]
    public void A_blob_of_tissue_keeps_the_tile_of_its_center_wherever_it_lies() =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, PixelSizes.Length - 1], Gen.Int[2500, 40_000]).Sample(
            (u, v, choice, extent) =>
            {
                using var slide = new DrawnSlide(extent, extent, PixelSizes[choice], (_, _) => (255, 255, 255));
                TileGrid grid = TilePlanner.Plan(slide.Metadata);
                ThumbnailSize size = ThumbnailSize.For(grid);
                double side = grid.ReadStride / Math.Pow(2, size.Halvings);
                int blob = (int)Math.Ceiling(side * 0.25) + 2;
                int x = (int)(u * (size.Width - blob)), y = (int)(v * (size.Height - blob));
                var tissue = new BinaryMask(size.Width, size.Height);
                for (int row = y; row < y + blob; row++)
                {
                    tissue.Pixels.AsSpan((row * size.Width) + x, blob).Fill(1);
                }

                BitArray selected = TileSelector.Select(grid, tissue, size.Halvings);

                var tile = new TileId((int)((y + (blob / 2.0)) / side), (int)((x + (blob / 2.0)) / side));
                return selected[grid.IndexOf(tile)];
            },
            iter: 60);

    [Theory]
    [InlineData(144, true)]
    [InlineData(143, false)]
    public void One_percent_of_the_tile_is_the_limit(int pixels, bool expected)
    {
        // 16 tiles of 960 px make 15,360 px, shown at an eighth: 120 × 120 mask px per tile, of which 144 are 1 %.
        using var slide = new DrawnSlide(15_360, 15_360, 0.25, (_, _) => (255, 255, 255));
        TileGrid grid = TilePlanner.Plan(slide.Metadata);
        ThumbnailSize size = ThumbnailSize.For(grid);
        size.ShouldBe(new ThumbnailSize(3840, 3840, 2));
        var tissue = new BinaryMask(1920, 1920);
        tissue.Pixels.AsSpan((300 * 1920) + 270, pixels <= 72 ? pixels : 72).Fill(1);
        tissue.Pixels.AsSpan((301 * 1920) + 270, pixels - 72).Fill(1);

        TileSelector.Select(grid, tissue, halvings: 3)[grid.IndexOf(new TileId(2, 2))].ShouldBe(expected);
    }

    [Fact]
    public void Tissue_in_the_overlap_counts_for_both_tiles()
    {
        using var slide = new DrawnSlide(3000, 3000, 0.25, (_, _) => (255, 255, 255));
        TileGrid grid = TilePlanner.Plan(slide.Metadata);
        var tissue = new BinaryMask(3000, 3000);
        for (int y = 1000; y < 1600; y++)
        {
            tissue.Pixels.AsSpan((y * 3000) + 960, 30).Fill(1);
        }

        BitArray selected = TileSelector.Select(grid, tissue, halvings: 0);

        selected[grid.IndexOf(new TileId(1, 0))].ShouldBeTrue();
        selected[grid.IndexOf(new TileId(1, 1))].ShouldBeTrue();
        selected[grid.IndexOf(new TileId(1, 2))].ShouldBeFalse();
    }
}
