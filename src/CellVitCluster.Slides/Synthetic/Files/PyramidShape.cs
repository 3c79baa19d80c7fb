using CellVitCluster.Slides.Synthetic.Painting;

namespace CellVitCluster.Slides.Synthetic.Files;

/// <summary>Levels of the file: each half the one before, rounded up, until the longer side is at most two tiles.</summary>
internal sealed class PyramidShape
{
    /// <summary>Computes the levels of a slide.</summary>
    public PyramidShape(int width, int height)
    {
        List<LevelShape> levels = [new LevelShape(width, height)];
        while (Math.Max(levels[^1].Width, levels[^1].Height) > 2 * SlideBlock.TileSize)
        {
            levels.Add(new LevelShape((levels[^1].Width + 1) / 2, (levels[^1].Height + 1) / 2));
        }

        Levels = levels;
    }

    /// <summary>Levels, the largest first.</summary>
    public IReadOnlyList<LevelShape> Levels { get; }

    /// <summary>Width of level 0 in px.</summary>
    public int Width => Levels[0].Width;

    /// <summary>Height of level 0 in px.</summary>
    public int Height => Levels[0].Height;
}

/// <summary>Size of one level.</summary>
/// <param name="Width">Width in px.</param>
/// <param name="Height">Height in px.</param>
internal sealed record LevelShape(int Width, int Height)
{
    /// <summary>Tiles beside each other.</summary>
    public int Columns => (Width + SlideBlock.TileSize - 1) / SlideBlock.TileSize;

    /// <summary>Tiles below each other.</summary>
    public int Rows => (Height + SlideBlock.TileSize - 1) / SlideBlock.TileSize;

    /// <summary>Whether the level has this tile.</summary>
    public bool HasTile(int column, int row) => column < Columns && row < Rows;
}
