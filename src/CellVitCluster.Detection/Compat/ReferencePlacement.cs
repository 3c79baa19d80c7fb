using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Compat;

/// <summary>The published program's book-keeping of where in its tile a cell lies (spec/inference.md §11.1 and §11.2).</summary>
/// <param name="Zone">Margin or center.</param>
/// <param name="TouchesBorder">Whether the box touches a side of the tile.</param>
/// <param name="EdgeTiles">
/// Tiles behind the touched sides in the published order, also outside the grid; null when no side, opposite sides or more than two sides
/// are touched.
/// </param>
public sealed record ReferencePlacement(ReferenceZone Zone, bool TouchesBorder, IReadOnlyList<TileId>? EdgeTiles)
{
    private const int Margin = 64;
    private const int FarMargin = TileGrid.TileSize - Margin;

    /// <summary>Placement of a box in a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="box">Tile px.</param>
    public static ReferencePlacement Of(TileId tile, TileRect box)
    {
        TileEdges touched = TileEdgeSet.Of(box.X == 0, box.Y == 0, box.Right == TileGrid.TileSize, box.Bottom == TileGrid.TileSize);
        return new ReferencePlacement(ZoneOf(box), touched != TileEdges.None, EdgeTilesOf(tile, touched));
    }

    private static ReferenceZone ZoneOf(TileRect box)
    {
        bool left = box.X < Margin, top = box.Y < Margin, right = box.Right > FarMargin, bottom = box.Bottom > FarMargin;
        return (left, top, right, bottom) switch
        {
            (true, true, _, _) => ReferenceZone.TopLeft,
            (_, true, true, _) => ReferenceZone.TopRight,
            (_, true, _, _) => ReferenceZone.Top,
            (_, _, true, true) => ReferenceZone.BottomRight,
            (_, _, true, _) => ReferenceZone.Right,
            (true, _, _, true) => ReferenceZone.BottomLeft,
            (_, _, _, true) => ReferenceZone.Bottom,
            (true, _, _, _) => ReferenceZone.Left,
            _ => ReferenceZone.Center,
        };
    }

    private static TileId[]? EdgeTilesOf(TileId tile, TileEdges touched)
    {
        TileId At(int down, int right) => new(tile.Row + down, tile.Column + right);

        return touched switch
        {
            TileEdges.Top => [At(-1, 0)],
            TileEdges.Top | TileEdges.Right => [At(-1, 0), At(-1, 1), At(0, 1)],
            TileEdges.Right => [At(0, 1)],
            TileEdges.Right | TileEdges.Bottom => [At(0, 1), At(1, 1), At(1, 0)],
            TileEdges.Bottom => [At(1, 0)],
            TileEdges.Bottom | TileEdges.Left => [At(1, 0), At(1, -1), At(0, -1)],
            TileEdges.Left => [At(0, -1)],
            TileEdges.Left | TileEdges.Top => [At(0, -1), At(-1, -1), At(-1, 0)],
            _ => null,
        };
    }
}
