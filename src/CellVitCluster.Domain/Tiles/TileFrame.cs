using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Domain.Tiles;

/// <summary>The frame of one tile: the only place where tile px become grid px or level-0 px. No rounding happens here.</summary>
/// <param name="Grid">The grid the tile belongs to.</param>
/// <param name="Tile">The tile.</param>
public readonly record struct TileFrame(TileGrid Grid, TileId Tile)
{
    /// <summary>Grid column of the tile's left side (−32 for the first column).</summary>
    public int OriginX => (Tile.Column * TileGrid.Stride) - (TileGrid.Overlap / 2);

    /// <summary>Grid row of the tile's top side (−32 for the first row).</summary>
    public int OriginY => (Tile.Row * TileGrid.Stride) - (TileGrid.Overlap / 2);

    /// <summary>Tile px to grid px.</summary>
    public GridPoint ToGrid(TilePoint point) => new(point.X + OriginX, point.Y + OriginY);

    /// <summary>Tile px to level-0 px.</summary>
    public SlidePoint ToSlide(TilePoint point) => Grid.ToSlide(ToGrid(point));

    /// <summary>Area of the tile in level-0 px, padding included.</summary>
    public SlideRect SlideArea
    {
        get
        {
            SlidePoint origin = ToSlide(new TilePoint(0, 0));
            double side = TileGrid.TileSize * Grid.LevelZeroPerGridPixel;
            return new SlideRect(origin.X, origin.Y, side, side);
        }
    }
}
