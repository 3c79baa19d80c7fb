namespace CellVitCluster.Domain.Geometry;

/// <summary>Axis-parallel rectangle in level-0 px; see <see cref="SlidePoint"/> for the frame.</summary>
/// <param name="X">Left side.</param>
/// <param name="Y">Top side.</param>
/// <param name="Width">Extent to the right, not negative.</param>
/// <param name="Height">Extent down, not negative.</param>
public readonly record struct SlideRect(double X, double Y, double Width, double Height)
{
    /// <summary>Right side.</summary>
    public double Right => X + Width;

    /// <summary>Bottom side.</summary>
    public double Bottom => Y + Height;

    /// <summary>Whether the point lies inside; left and top sides belong to the rectangle, right and bottom sides do not.</summary>
    public bool Contains(SlidePoint point) => point.X >= X && point.X < Right && point.Y >= Y && point.Y < Bottom;

    /// <summary>Whether the two rectangles share an area.</summary>
    public bool Intersects(SlideRect other) => X < other.Right && other.X < Right && Y < other.Bottom && other.Y < Bottom;
}
