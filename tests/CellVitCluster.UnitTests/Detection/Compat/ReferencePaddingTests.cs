using System.Collections;
using CellVitCluster.Detection.Compat;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.UnitTests.Detection.Compat;

/// <summary>Where the published program puts the cells of slides that are smaller than a tile (spec/inference.md §15).</summary>
public sealed class ReferencePaddingTests
{
    private const int Tile = TileGrid.TileSize;

    [Fact]
    public void Cells_of_a_slide_of_one_tile_lie_where_they_are_on_the_slide()
    {
        // The picture of 512 × 400 px fills the lower right part of its tile.
        SlideCell cell = Merge(512, 400, left: Tile - 512 + 100, top: Tile - 400 + 50);

        (cell.Outline.Bounds.X, cell.Outline.Bounds.Y).ShouldBe((100.5, 50.5));
        (cell.Centroid.X, cell.Centroid.Y).ShouldBe((105, 55));
        cell.Flags.ShouldBe(CellFlags.None);
    }

    [Fact]
    public void Cells_at_its_edges_are_flagged()
    {
        Merge(512, 400, left: Tile - 512, top: Tile - 400 + 50).Flags.ShouldBe(CellFlags.TouchesSlideEdge);
        Merge(512, 400, left: Tile - 10, top: Tile - 400 + 50).Flags.ShouldBe(CellFlags.TouchesSlideEdge);
    }

    /// <summary>The published defect: a slide of one column and several rows is moved along both axes.</summary>
    [Fact]
    public void Cells_of_a_slide_of_one_column_are_moved_along_both_axes()
    {
        SlideCell cell = Merge(512, 2000, left: Tile - 512 + 100, top: 300);

        cell.Centroid.X.ShouldBe(105);
        cell.Centroid.Y.ShouldBe(300 + 5 - 32 + 2000 + 32 - Tile);
    }

    [Fact]
    public void Larger_slides_are_left_alone()
    {
        SlideCell cell = Merge(2000, 2000, left: 132, top: 232);

        (cell.Centroid.X, cell.Centroid.Y).ShouldBe((105, 205));
    }

    /// <summary>One cell of 10 × 10 px in the first tile.</summary>
    private static SlideCell Merge(int width, int height, int left, int top)
    {
        var grid = new TileGrid
        {
            BaseMpp = new Mpp(0.25),
            ActiveArea = new SlideRect(0, 0, width, height),
            Downsample = 1,
            RescaleSixteenths = 16,
            SourceWidth = width,
            SourceHeight = height,
            Columns = (width + TileGrid.Stride - 1) / TileGrid.Stride,
            Rows = (height + TileGrid.Stride - 1) / TileGrid.Stride,
        };
        var merger = new ReferenceSlideMerger(new TilePlan(grid, new BitArray(grid.TileCount, true)));
        var cell = new TileCell
        {
            Box = new TileRect(left, top, 10, 10),
            Centroid = new TilePoint(left + 5, top + 5),
            Contour = TileContour.ThroughPixelCenters([left, top, left, top + 9, left + 9, top + 9, left + 9, top]),
            AreaPixels = 100,
            Class = 1,
            ClassShare = 1,
            NucleusProbability = 1,
        };
        merger.Add(new TileCells(new TileId(0, 0), [cell], 0, []));
        return merger.Complete().ShouldHaveSingleItem();
    }
}
