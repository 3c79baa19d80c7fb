namespace CellVitCluster.Slides.Synthetic;

/// <summary>Rectangle of whole level-0 px; may lie partly or wholly outside the slide, where the pattern goes on.</summary>
/// <param name="X">Left side.</param>
/// <param name="Y">Top side.</param>
/// <param name="Width">Extent to the right.</param>
/// <param name="Height">Extent down.</param>
internal readonly record struct PixelArea(int X, int Y, int Width, int Height)
{
    /// <summary>First column to the right of it.</summary>
    public int Right => X + Width;

    /// <summary>First row below it.</summary>
    public int Bottom => Y + Height;

    /// <summary>The area with a margin on all four sides.</summary>
    public PixelArea Grow(int margin) => new(X - margin, Y - margin, Width + (2 * margin), Height + (2 * margin));

    /// <summary>Whether the position lies inside; left and top sides belong to the area.</summary>
    public bool Contains(double x, double y) => x >= X && x < Right && y >= Y && y < Bottom;

    /// <summary>Whether a disk around a position may share pixels with the area.</summary>
    public bool Touches(double x, double y, double radius) =>
        x + radius >= X && x - radius < Right && y + radius >= Y && y - radius < Bottom;

    /// <summary>Cells, of a grid with the given spacing, that the area meets: first and last column and row.</summary>
    public (int FirstColumn, int FirstRow, int LastColumn, int LastRow) CellsOf(int spacing) =>
        (FloorDivide(X, spacing), FloorDivide(Y, spacing), FloorDivide(Right - 1, spacing), FloorDivide(Bottom - 1, spacing));

    private static int FloorDivide(int value, int divisor) =>
        (value / divisor) - (value % divisor < 0 ? 1 : 0);
}
