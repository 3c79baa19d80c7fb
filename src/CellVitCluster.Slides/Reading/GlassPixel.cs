namespace CellVitCluster.Slides.Reading;

/// <summary>
/// Tells glass and dark artifacts from stained tissue: a pixel is background when it is grey (saturation ≤ 10 and value ≥ 70) or black
/// (value ≤ 85), in OpenCV's 8-bit HSV. Source: spec/inference.md §6.3 and §7.2.
/// </summary>
internal static class GlassPixel
{
    private const int MaxGreySaturation = 10;
    private const int MaxBlackValue = 85;
    private const int NoLimit = 255;

    /// <summary>Largest difference between the strongest and weakest channel that still is background, for each value.</summary>
    private static readonly byte[] MaxSpread = ComputeMaxSpread();

    /// <summary>Whether the pixel is background.</summary>
    public static bool IsBackground(byte r, byte g, byte b)
    {
        int value = Math.Max(r, Math.Max(g, b));
        return value - Math.Min(r, Math.Min(g, b)) <= MaxSpread[value];
    }

    /// <summary>Counts tissue pixels until there are enough.</summary>
    /// <param name="rgb">Interleaved RGB.</param>
    /// <param name="enough">The count stops there; the rest of the picture does not matter then.</param>
    /// <returns>The number of tissue pixels, at most <paramref name="enough"/>.</returns>
    public static int CountTissue(ReadOnlySpan<byte> rgb, int enough)
    {
        int count = 0;
        for (int i = 0; i + 2 < rgb.Length && count < enough; i += 3)
        {
            count += IsBackground(rgb[i], rgb[i + 1], rgb[i + 2]) ? 0 : 1;
        }

        return count;
    }

    private static byte[] ComputeMaxSpread()
    {
        var limits = new byte[256];
        for (int value = 0; value <= 255; value++)
        {
            limits[value] = value <= MaxBlackValue ? (byte)NoLimit : MaxGreySpread(value);
        }

        return limits;
    }

    /// <summary>Solves saturation = (spread · table[value] + 2048) ≫ 12 ≤ 10 for the spread; what is not black is bright enough to be grey.</summary>
    private static byte MaxGreySpread(int value)
    {
        int table = (int)Math.Round(255 * 4096.0 / value);
        return (byte)((((MaxGreySaturation + 1) << 12) - 1 - 2048) / table);
    }
}
