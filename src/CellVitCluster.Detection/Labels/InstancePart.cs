using CellVitCluster.Detection.Measures;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Labels;

/// <summary>Sums over one 8-connected part of an instance; instances of several parts are rare, but possible.</summary>
internal struct InstancePart
{
    /// <summary>Instance number.</summary>
    public int Label;

    /// <summary>Column of the part's first pixel in raster order.</summary>
    public int FirstX;

    /// <summary>Row of the part's first pixel.</summary>
    public int FirstY;

    /// <summary>Left column.</summary>
    public int Left;

    /// <summary>First column right of the part.</summary>
    public int Right;

    /// <summary>First row below the part; the top row is <see cref="FirstY"/>.</summary>
    public int Bottom;

    /// <summary>Number and sums of its pixels.</summary>
    public PixelMoments Moments;

    /// <summary>Sum of nucleus probabilities, 0 when the maps carry none.</summary>
    public double SumProbability;

    /// <summary>Smallest rectangle around the part.</summary>
    public readonly TileRect Box => new(Left, FirstY, Right - Left, Bottom - FirstY);

    /// <summary>Takes the pixels of another part of the same instance in; the first pixel becomes the earlier one.</summary>
    public void Add(in InstancePart other)
    {
        if (other.FirstY < FirstY || (other.FirstY == FirstY && other.FirstX < FirstX))
        {
            (FirstX, FirstY) = (other.FirstX, other.FirstY);
        }

        Left = Math.Min(Left, other.Left);
        Right = Math.Max(Right, other.Right);
        Bottom = Math.Max(Bottom, other.Bottom);
        Moments.Add(other.Moments);
        SumProbability += other.SumProbability;
    }
}
