namespace CellVitCluster.Slides.Tissue;

/// <summary>A picture of ones and zeros.</summary>
/// <param name="width">Width in px.</param>
/// <param name="height">Height in px.</param>
internal sealed class BinaryMask(int width, int height)
{
    /// <summary>Width in px.</summary>
    public int Width { get; } = width;

    /// <summary>Height in px.</summary>
    public int Height { get; } = height;

    /// <summary>Row by row, 0 or 1.</summary>
    public byte[] Pixels { get; } = new byte[width * height];

    /// <summary>Number of ones.</summary>
    public long Count() => CountIn(0, 0, Width, Height);

    /// <summary>Number of ones with left ≤ x &lt; right and top ≤ y &lt; bottom; the rectangle is clipped to the picture.</summary>
    public long CountIn(int left, int top, int right, int bottom)
    {
        left = Math.Max(left, 0);
        right = Math.Min(right, Width);
        long count = 0;
        for (int y = Math.Max(top, 0); y < Math.Min(bottom, Height) && left < right; y++)
        {
            foreach (byte pixel in Pixels.AsSpan((y * Width) + left, right - left))
            {
                count += pixel;
            }
        }

        return count;
    }
}
