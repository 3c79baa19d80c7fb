using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Double-precision image with the memory layout of <see cref="Labels.LabelImage"/> (a frame one pixel wide), so that one index serves both.
/// The content of the frame is undefined.
/// </summary>
internal readonly record struct FramedBuffer(double[] Values, int Width)
{
    /// <summary>Distance in elements between vertical neighbors.</summary>
    public int Stride => Width + 2;

    /// <summary>Pixels of one row.</summary>
    public Span<double> Row(int y) => Values.AsSpan(((y + 1) * Stride) + 1, Width);

    /// <summary>Columns of a region and one more on each side, in a row that may lie in the frame.</summary>
    public Span<double> Around(TileRect region, int y) => Values.AsSpan(((y + 1) * Stride) + region.X, region.Width + 2);
}
