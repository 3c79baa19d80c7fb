using CellVitCluster.Detection.Compat;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.UnitTests.Detection.Compat;

public sealed class ReferenceCleanerTests
{
    [Fact]
    public void The_list_of_the_specification_has_its_survivors()
    {
        List<ReferenceCell> cells =
        [
            Cell(400, 400, 10, 10, 0, 0, 0),
            Cell(900, 100, 10, 10, 0, 0, 4),
            Cell(902, 102, 8, 8, 0, 1, 8),
            Cell(900, 300, 10, 10, 0, 0, 4),
            Cell(905, 300, 10, 5, 0, 1, 8),
            Cell(905, 302, 10, 8, 0, 1, 8),
            Cell(980, 500, 12, 10, 0, 0, 4, touching: true, new TileId(0, 1)),
            Cell(1930, 500, 22, 10, 0, 1, 4, touching: true, new TileId(0, 2)),
            Cell(900, 600, 10, 10, 0, 0, 4),
            Cell(908, 600, 10, 10, 0, 1, 8),
            Cell(916, 600, 10, 10, 0, 1, 8),
            Cell(900, 700, 1000, 1000, 0, 1, 1, touching: true),
            Cell(900, 800, 100, 100, 0, 0, 4),
            Cell(999, 800, 1, 90, 0, 1, 8),
            Cell(100, 900, 100, 100, 0, 0, 6),
            Cell(199, 999, 100, 100, 1, 0, 2),
            new(new TileId(0, 0), [300, 900, 310, 910, 310, 900, 300, 910], new ReferencePlacement(ReferenceZone.Bottom, false, null)),
            Cell(301, 903, 4, 4, 1, 0, 2),
        ];

        ReferenceCleaner.Clean(cells).ShouldBe([0, 2, 5, 7, 10, 13, 14, 15, 16, 17]);
    }

    [Fact]
    public void Rings_that_enclose_nothing_neither_throw_nor_overlap()
    {
        List<ReferenceCell> cells =
        [
            new(new TileId(0, 0), [5, 5, 9, 5, 7, 5], new ReferencePlacement(ReferenceZone.Right, false, null)),
            Cell(4, 4, 10, 10, 0, 1, 8),
        ];

        ReferenceCleaner.Clean(cells).ShouldBe([0, 1]);
    }

    [Fact]
    public void Nothing_gives_nothing() => ReferenceCleaner.Clean([]).ShouldBeEmpty();

    private static ReferenceCell Cell(
        int x, int y, int width, int height, int row, int column, int zone, bool touching = false, TileId? edge = null) => new(
        new TileId(row, column),
        [x, y, x + width, y, x + width, y + height, x, y + height],
        new ReferencePlacement((ReferenceZone)zone, touching, edge is { } tile ? [tile] : null));
}
