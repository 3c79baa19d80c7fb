using CellVitCluster.Detection.Merging;

namespace CellVitCluster.UnitTests.Detection.Seams;

/// <summary>A nucleus of a <see cref="SeamSlide"/>: a turned ellipse in grid px.</summary>
/// <param name="Id">Number, unique on the slide.</param>
/// <param name="X">Center, px.</param>
/// <param name="Y">Center, px.</param>
/// <param name="Axes">Half axes, px.</param>
/// <param name="Turn">Direction of the first axis from +x towards +y, radians.</param>
/// <param name="IsTouching">Whether it touches another nucleus; all others keep at least two empty pixels around them.</param>
internal readonly record struct SeamNucleus(long Id, double X, double Y, (double A, double B) Axes, double Turn, bool IsTouching)
{
    /// <summary>Half the width of the box around an ellipse.</summary>
    public static double ReachAlong((double A, double B) axes, double turn) =>
        Math.Sqrt((axes.A * axes.A * Math.Cos(turn) * Math.Cos(turn)) + (axes.B * axes.B * Math.Sin(turn) * Math.Sin(turn)));

    /// <summary>Box around its pixels, at most one pixel too large on each side.</summary>
    public GridBox Box
    {
        get
        {
            double reachX = ReachAlong(Axes, Turn), reachY = ReachAlong(Axes, Turn + (Math.PI / 2));
            return new GridBox((int)Math.Floor(X - reachX), (int)Math.Floor(Y - reachY), (int)Math.Ceiling(X + reachX), (int)Math.Ceiling(Y + reachY));
        }
    }

    /// <summary>Whether the center of a pixel lies inside.</summary>
    public bool Contains(int x, int y)
    {
        double dx = x + 0.5 - X, dy = y + 0.5 - Y;
        double along = ((dx * Math.Cos(Turn)) + (dy * Math.Sin(Turn))) / Axes.A;
        double across = ((dy * Math.Cos(Turn)) - (dx * Math.Sin(Turn))) / Axes.B;
        return (along * along) + (across * across) <= 1;
    }
}
