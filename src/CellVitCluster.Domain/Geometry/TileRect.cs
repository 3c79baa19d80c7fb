namespace CellVitCluster.Domain.Geometry;

/// <summary>Rectangle of whole pixels inside one tile, in px at inference resolution; the right and bottom sides are exclusive.</summary>
/// <param name="X">Left column index.</param>
/// <param name="Y">Top row index.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct TileRect(int X, int Y, int Width, int Height)
{
    /// <summary>First column to the right of the rectangle.</summary>
    public int Right => X + Width;

    /// <summary>First row below the rectangle.</summary>
    public int Bottom => Y + Height;
}
