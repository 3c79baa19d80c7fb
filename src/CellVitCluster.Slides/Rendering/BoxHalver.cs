using System.Runtime.CompilerServices;

namespace CellVitCluster.Slides.Rendering;

/// <summary>Halves packed pictures (four bytes a pixel) by the mean of 2 × 2 pixels, rounded half up per channel. Thread-safe.</summary>
internal static class BoxHalver
{
    private const uint Even = 0x00FF00FF;
    private const uint Two = 0x00020002;

    /// <summary>Halves a picture of even sides.</summary>
    /// <param name="source">Pixels, <c>2 · width</c> of interest in each of <c>2 · height</c> rows.</param>
    /// <param name="sourceStride">Pixels per source row.</param>
    /// <param name="target">Receives <c>height</c> rows of <c>width</c> pixels.</param>
    /// <param name="targetStride">Pixels per target row.</param>
    /// <param name="width">Width of the result.</param>
    /// <param name="height">Height of the result.</param>
    public static void Halve(ReadOnlySpan<uint> source, int sourceStride, Span<uint> target, int targetStride, int width, int height)
    {
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<uint> upper = source.Slice(2 * y * sourceStride, 2 * width);
            ReadOnlySpan<uint> lower = source.Slice(((2 * y) + 1) * sourceStride, 2 * width);
            HalveRows(upper, lower, target.Slice(y * targetStride, width));
        }
    }

    /// <summary>Halves two rows into one. Where the last source column has no partner it counts twice.</summary>
    /// <param name="upper">First row.</param>
    /// <param name="lower">Second row; the first again where there is none.</param>
    /// <param name="target">Receives half as many pixels, rounded up.</param>
    public static void HalveRows(ReadOnlySpan<uint> upper, ReadOnlySpan<uint> lower, Span<uint> target)
    {
        int pairs = upper.Length / 2;
        for (int x = 0; x < pairs; x++)
        {
            target[x] = Mean(upper[2 * x], upper[(2 * x) + 1], lower[2 * x], lower[(2 * x) + 1]);
        }

        if (upper.Length % 2 != 0)
        {
            target[pairs] = Mean(upper[^1], upper[^1], lower[^1], lower[^1]);
        }
    }

    // Two channels at a time: sums of four bytes need ten bits, and every other byte leaves sixteen.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mean(uint a, uint b, uint c, uint d)
    {
        uint even = (a & Even) + (b & Even) + (c & Even) + (d & Even) + Two;
        uint odd = ((a >> 8) & Even) + ((b >> 8) & Even) + ((c >> 8) & Even) + ((d >> 8) & Even) + Two;
        return ((even >> 2) & Even) | (((odd >> 2) & Even) << 8);
    }
}
