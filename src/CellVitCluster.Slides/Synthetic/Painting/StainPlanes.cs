namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>
/// Amounts of hematoxylin and eosin on one file tile plus one px around it (for the blur), row by row. Reused from tile to tile by one
/// thread.
/// </summary>
internal sealed class StainPlanes
{
    /// <summary>Pixels around the tile on each side.</summary>
    public const int Margin = 1;

    /// <summary>Side of the planes in px.</summary>
    public const int Side = SlideBlock.TileSize + (2 * Margin);

    /// <summary>Hematoxylin, 0 … about 2.5.</summary>
    public float[] Hematoxylin { get; } = new float[Side * Side];

    /// <summary>Eosin, 0 … about 1.2.</summary>
    public float[] Eosin { get; } = new float[Side * Side];

    /// <summary>Level-0 px of the planes.</summary>
    public PixelArea Area { get; private set; }

    /// <summary>Moves the planes to a tile; their content is to be painted anew.</summary>
    public void MoveTo(int tileX, int tileY) => Area = new PixelArea(tileX, tileY, SlideBlock.TileSize, SlideBlock.TileSize).Grow(Margin);
}
