using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CsCheck;

namespace CellVitCluster.UnitTests.Domain.Ids;

public class CellIdTests
{
    private static readonly Gen<SlidePoint> Point = Gen.Select(Gen.Double[0, 4_194_303], Gen.Double[0, 4_194_303], (x, y) => new SlidePoint(x, y));

    [Fact]
    public void Ids_stay_exact_in_double_precision() =>
        CellId.From(new SlidePoint(4_194_303.99, 4_194_303.99), CellId.MaxTies - 1).Value.ShouldBeLessThan(1L << 53);

    [Fact]
    public void Block_of_an_id_is_the_block_of_its_place() => Point.Sample(point =>
    {
        SlidePoint origin = CellId.BlockOrigin(CellId.BlockOf(point));
        return origin.X == Math.Floor(point.X / CellId.BlockSize) * CellId.BlockSize
            && origin.Y == Math.Floor(point.Y / CellId.BlockSize) * CellId.BlockSize;
    });

    [Fact]
    public void Different_quarter_pixels_have_different_ids() => Gen.Select(Point, Point).Sample((a, b) =>
    {
        bool same = Math.Floor(a.X * 4) == Math.Floor(b.X * 4) && Math.Floor(a.Y * 4) == Math.Floor(b.Y * 4);
        return CellId.From(a, 0) == CellId.From(b, 0) == same;
    });

    [Fact]
    public void Order_of_ids_keeps_blocks_together() => Gen.Select(Point, Point).Sample((a, b) =>
        CellId.BlockOf(a) == CellId.BlockOf(b) || (CellId.From(a, 0) < CellId.From(b, 15)) == (CellId.BlockOf(a) < CellId.BlockOf(b)));
}
