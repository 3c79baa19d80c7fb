namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// Whitens blue, green and red pen marks on a thumbnail. Every rule is a color (r, g, b) and an octant: a pixel that lies in it is pen.
/// Black pixels, whether they were black before or are pen, become white. Source: spec/inference.md §6.2.
/// </summary>
internal static class PenMarkFilter
{
    private static readonly byte[][] Blue =
    [
        [60, 120, 190], [120, 170, 200], [175, 210, 230], [145, 180, 210], [37, 95, 160], [30, 65, 130], [130, 155, 180], [40, 35, 85],
        [30, 20, 65], [90, 90, 140], [60, 60, 120], [110, 110, 175],
    ];

    private static readonly byte[][] Green =
    [
        [150, 160, 140], [70, 110, 110], [45, 115, 100], [30, 75, 60], [195, 220, 210], [225, 230, 225], [170, 210, 200], [20, 30, 20],
        [50, 60, 40], [30, 50, 35], [65, 70, 60], [100, 110, 105], [165, 180, 180], [140, 140, 150], [185, 195, 195],
    ];

    private static readonly byte[][] Red =
    [
        [150, 80, 90], [110, 20, 30], [185, 65, 105], [195, 85, 125], [220, 115, 145], [125, 40, 70], [100, 50, 65], [85, 25, 45],
    ];

    private static readonly short[] UpperRed = BoundFromAbove();

    private static readonly short[] LowerRed = BoundFromBelow();

    /// <summary>Whitens pen marks in place.</summary>
    /// <param name="rgb">Interleaved RGB.</param>
    public static void Apply(Span<byte> rgb)
    {
        for (int i = 0; i + 2 < rgb.Length; i += 3)
        {
            byte r = rgb[i], g = rgb[i + 1], b = rgb[i + 2];
            if ((r | g | b) == 0 || IsPen(r, g, b))
            {
                rgb.Slice(i, 3).Fill(255);
            }
        }
    }

    /// <summary>Whether a rule of any color takes the pixel for pen.</summary>
    /// <remarks>
    /// The published filters run one after another on each other's output. A pixel that one of them blackened stays black under the next, so
    /// one question per pixel gives the same picture. For given green and blue every rule is a bound on red, so two look-ups answer it.
    /// </remarks>
    private static bool IsPen(byte r, byte g, byte b)
    {
        int index = (g << 8) | b;
        return r <= UpperRed[index] || r >= LowerRed[index];
    }

    /// <summary>For each (green, blue) the largest red that a blue or green rule takes for pen; −1 for none.</summary>
    private static short[] BoundFromAbove()
    {
        short[] bounds = new short[1 << 16];
        Array.Fill(bounds, (short)-1);
        for (int index = 0; index < bounds.Length; index++)
        {
            int g = index >> 8, b = index & 255;
            foreach (byte[] rule in Blue)
            {
                bounds[index] = g <= rule[1] && b >= rule[2] ? Math.Max(bounds[index], rule[0]) : bounds[index];
            }

            foreach (byte[] rule in Green)
            {
                bounds[index] = g >= rule[1] && b >= rule[2] ? Math.Max(bounds[index], rule[0]) : bounds[index];
            }
        }

        return bounds;
    }

    /// <summary>For each (green, blue) the smallest red that a red rule takes for pen; 256 for none.</summary>
    private static short[] BoundFromBelow()
    {
        short[] bounds = new short[1 << 16];
        Array.Fill(bounds, (short)256);
        for (int index = 0; index < bounds.Length; index++)
        {
            int g = index >> 8, b = index & 255;
            foreach (byte[] rule in Red)
            {
                bounds[index] = g <= rule[1] && b <= rule[2] ? Math.Min(bounds[index], rule[0]) : bounds[index];
            }
        }

        return bounds;
    }
}
