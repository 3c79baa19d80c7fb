namespace CellVitCluster.Slides.Rendering;

/// <summary>A picture in memory: interleaved RGB, 0 … 255, row by row without gaps. The array is owned by this object.</summary>
public sealed class RgbPicture
{
    /// <summary>Takes ownership of pixels.</summary>
    /// <param name="rgb"><c>height × width × 3</c> bytes.</param>
    /// <param name="width">Width in px, at least 1.</param>
    /// <param name="height">Height in px, at least 1.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size.</exception>
    public RgbPicture(byte[] rgb, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (rgb.Length != 3L * width * height)
        {
            throw new ArgumentException($"{width} x {height} px need {3L * width * height} bytes, got {rgb.Length}.", nameof(rgb));
        }

        Rgb = rgb;
        Width = width;
        Height = height;
    }

    /// <summary><c>height × width × 3</c> bytes.</summary>
    public byte[] Rgb { get; }

    /// <summary>Width in px.</summary>
    public int Width { get; }

    /// <summary>Height in px.</summary>
    public int Height { get; }
}
