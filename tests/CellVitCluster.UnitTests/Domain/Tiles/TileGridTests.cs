using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using CsCheck;

namespace CellVitCluster.UnitTests.Domain.Tiles;

public class TileGridTests
{
    private static readonly Gen<TileGrid> Grids = Gen.Select(
        Gen.Int[1, 4], Gen.Int[1, 32], Gen.Int[1, 12], Gen.Int[1, 12], Gen.Double[0, 5000], (down, k, columns, rows, left) => new TileGrid
        {
            BaseMpp = new Mpp(0.25),
            ActiveArea = new SlideRect(left, 17, 100_000, 100_000),
            Downsample = down,
            RescaleSixteenths = k,
            SourceWidth = columns * k * 60,
            SourceHeight = rows * k * 60,
            Columns = columns,
            Rows = rows,
        });

    [Fact]
    public void Grid_and_slide_frames_are_inverse() => Gen.Select(Grids, Gen.Double[-32, 9000], Gen.Double[-32, 9000]).Sample((grid, x, y) =>
    {
        GridPoint back = grid.ToGrid(grid.ToSlide(new GridPoint(x, y)));
        return Math.Abs(back.X - x) < 1e-6 && Math.Abs(back.Y - y) < 1e-6;
    });

    [Fact]
    public void Neighboring_tiles_agree_about_every_point_of_their_overlap() => Gen.Select(Grids, Gen.Double[0, 64], Gen.Double[0, 1024]).Sample((grid, x, y) =>
        grid.FrameOf(new TileId(0, 0)).ToSlide(new TilePoint(TileGrid.Stride + x, y)) == grid.FrameOf(new TileId(0, 1)).ToSlide(new TilePoint(x, y)));

    [Fact]
    public void Every_tile_starts_on_a_whole_source_pixel() => Grids.Sample(grid =>
        grid.ReadStride * 16 == TileGrid.Stride * grid.RescaleSixteenths && grid.ReadSize * 16 == TileGrid.TileSize * grid.RescaleSixteenths);

    [Fact]
    public void Plan_survives_its_bitmap() => Gen.Select(Grids, Gen.Bool.Array[144]).Sample((grid, bits) =>
    {
        var plan = new TilePlan(grid, new System.Collections.BitArray(bits[..grid.TileCount]));
        TilePlan back = TilePlan.FromBitmap(grid, plan.ToBitmap());
        return back.Tiles.SequenceEqual(plan.Tiles) && back.Count == plan.Count;
    });
}
