namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// Averages whole blocks of pixels as Pillow's <c>reduce</c> does: rounded to nearest by a 24-bit reciprocal; partial blocks at the right
/// and lower side average the pixels that exist.
/// </summary>
internal static class BoxReduction
{
    /// <summary>Reduces a picture.</summary>
    /// <param name="rgb">Height × width × 3 bytes.</param>
    /// <param name="width">Width in px.</param>
    /// <param name="height">Height in px.</param>
    /// <param name="factorX">Block width.</param>
    /// <param name="factorY">Block height.</param>
    /// <param name="target">Receives ⌈height / factorY⌉ rows of ⌈width / factorX⌉ px.</param>
    /// <param name="targetStride">Bytes between the rows of the target.</param>
    public static void Reduce(ReadOnlySpan<byte> rgb, int width, int height, int factorX, int factorY, Span<byte> target, int targetStride)
    {
        int columns = (width + factorX - 1) / factorX;
        for (int y = 0, row = 0; y < height; y += factorY, row++)
        {
            int blockHeight = Math.Min(factorY, height - y);
            Span<byte> output = target.Slice(row * targetStride, columns * 3);
            if (factorX == 1 && factorY == 1)
            {
                rgb.Slice(y * width * 3, width * 3).CopyTo(output);
                continue;
            }

            for (int x = 0, column = 0; x < width; x += factorX, column++)
            {
                int blockWidth = Math.Min(factorX, width - x);
                Average(rgb[(((y * width) + x) * 3)..], width * 3, blockWidth, blockHeight, output.Slice(column * 3, 3));
            }
        }
    }

    private static void Average(ReadOnlySpan<byte> block, int stride, int width, int height, Span<byte> pixel)
    {
        uint count = (uint)(width * height);
        uint r = count / 2, g = count / 2, b = count / 2;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = block.Slice(y * stride, width * 3);
            for (int i = 0; i + 2 < row.Length; i += 3)
            {
                r += row[i];
                g += row[i + 1];
                b += row[i + 2];
            }
        }

        uint reciprocal = (uint)((1UL << 32) / (count << 8));
        pixel[0] = (byte)((r * reciprocal) >> 24);
        pixel[1] = (byte)((g * reciprocal) >> 24);
        pixel[2] = (byte)((b * reciprocal) >> 24);
    }
}
