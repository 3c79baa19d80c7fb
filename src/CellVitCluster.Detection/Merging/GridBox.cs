using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>Rectangle of whole grid px (<see cref="GridPoint"/>); right and bottom are exclusive.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">First column to the right.</param>
/// <param name="Bottom">First row below.</param>
internal readonly record struct GridBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>Columns.</summary>
    public int Width => Right - Left;

    /// <summary>Rows.</summary>
    public int Height => Bottom - Top;

    /// <summary>A tile's box on the grid.</summary>
    public static GridBox Of(TileFrame frame, TileRect box) =>
        new(frame.OriginX + box.X, frame.OriginY + box.Y, frame.OriginX + box.Right, frame.OriginY + box.Bottom);

    /// <summary>What a tile sees of the grid.</summary>
    public static GridBox WindowOf(TileFrame frame) => new(
        frame.OriginX, frame.OriginY, frame.OriginX + TileGrid.TileSize, frame.OriginY + TileGrid.TileSize);

    /// <summary>Pixels in both; width or height is not positive when there are none.</summary>
    public GridBox Intersection(in GridBox other) => new(
        Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom));

    /// <summary>Whether the two share a pixel.</summary>
    public bool Meets(in GridBox other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    /// <summary>Smallest box around both.</summary>
    public GridBox Union(in GridBox other) => new(
        Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));
}
