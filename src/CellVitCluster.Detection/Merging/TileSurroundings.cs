using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>
/// What surrounds a tile. A side is <em>inner</em> when the grid goes on behind it; at an outer side lies padding beyond the slide's edge,
/// which cuts nothing.
/// </summary>
/// <param name="plan">Tiles that are analyzed.</param>
internal sealed class TileSurroundings(TilePlan plan)
{
    /// <summary>Largest number of other tiles that can see a part of one cell.</summary>
    public const int MaxWitnesses = 8;

    /// <summary>Writes the other planned tiles whose window meets a box, and returns how many they are.</summary>
    /// <param name="tile">The tile that saw the box.</param>
    /// <param name="box">Tile px.</param>
    /// <param name="witnesses">Room for <see cref="MaxWitnesses"/> tiles.</param>
    public int Witnesses(TileId tile, TileRect box, Span<TileId> witnesses)
    {
        int firstColumn = box.X < TileGrid.Overlap ? -1 : 0;
        int lastColumn = box.Right > TileGrid.Stride ? 1 : 0;
        int firstRow = box.Y < TileGrid.Overlap ? -1 : 0;
        int lastRow = box.Bottom > TileGrid.Stride ? 1 : 0;
        int count = 0;
        for (int row = firstRow; row <= lastRow; row++)
        {
            for (int column = firstColumn; column <= lastColumn; column++)
            {
                var other = new TileId(tile.Row + row, tile.Column + column);
                if (other != tile && plan.Contains(other))
                {
                    witnesses[count++] = other;
                }
            }
        }

        return count;
    }

    /// <summary>Inner sides of the tile that the box touches: there the nucleus may go on.</summary>
    public TileEdges CutEdges(TileId tile, TileRect box)
    {
        TileEdges touched = TileEdgeSet.Of(
            box.X <= 0, box.Y <= 0, box.Right >= TileGrid.TileSize, box.Bottom >= TileGrid.TileSize);
        return touched == TileEdges.None ? touched : touched & InnerEdges(plan.Grid, tile);
    }

    /// <summary>Px between a box and the nearest inner side of its tile; <see cref="int.MaxValue"/> for a tile without inner sides.</summary>
    public static int BorderDistance(TileFrame frame, TileRect box)
    {
        TileEdges inner = InnerEdges(frame.Grid, frame.Tile);
        int distance = int.MaxValue;
        distance = inner.HasFlag(TileEdges.Left) ? Math.Min(distance, box.X) : distance;
        distance = inner.HasFlag(TileEdges.Top) ? Math.Min(distance, box.Y) : distance;
        distance = inner.HasFlag(TileEdges.Right) ? Math.Min(distance, TileGrid.TileSize - box.Right) : distance;
        return inner.HasFlag(TileEdges.Bottom) ? Math.Min(distance, TileGrid.TileSize - box.Bottom) : distance;
    }

    /// <summary>Sides of a tile on which another tile lies; none for the tile itself.</summary>
    public static TileEdges Towards(TileId tile, TileId other) => TileEdgeSet.Of(
        other.Column < tile.Column, other.Row < tile.Row, other.Column > tile.Column, other.Row > tile.Row);

    private static TileEdges InnerEdges(TileGrid grid, TileId tile) => TileEdgeSet.Of(
        tile.Column > 0, tile.Row > 0, tile.Column < grid.Columns - 1, tile.Row < grid.Rows - 1);
}
