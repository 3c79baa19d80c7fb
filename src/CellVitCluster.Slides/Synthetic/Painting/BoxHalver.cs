using System.Runtime.CompilerServices;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>Halves packed pictures by the mean of 2 × 2 pixels, rounded half up per channel.</summary>
internal static class BoxHalver
{
    private const uint Even = 0x00FF00FF;
    private const uint Two = 0x00020002;

    /// <summary>Halves a square.</summary>
    /// <param name="source">Pixels, <c>2 · side</c> columns and rows of interest.</param>
    /// <param name="sourceStride">Pixels per source row.</param>
    /// <param name="target">Receives <c>side × side</c> pixels.</param>
    /// <param name="targetStride">Pixels per target row.</param>
    /// <param name="side">Side of the result; the strides' common half when omitted.</param>
    public static void Halve(ReadOnlySpan<uint> source, int sourceStride, Span<uint> target, int targetStride, int side = 0)
    {
        int size = side == 0 ? sourceStride / 2 : side;
        for (int y = 0; y < size; y++)
        {
            ReadOnlySpan<uint> upper = source.Slice(2 * y * sourceStride, 2 * size);
            ReadOnlySpan<uint> lower = source.Slice(((2 * y) + 1) * sourceStride, 2 * size);
            Span<uint> row = target.Slice(y * targetStride, size);
            for (int x = 0; x < row.Length; x++)
            {
                row[x] = Mean(upper[2 * x], upper[(2 * x) + 1], lower[2 * x], lower[(2 * x) + 1]);
            }
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
