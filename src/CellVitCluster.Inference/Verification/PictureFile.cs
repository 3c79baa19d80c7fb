using SkiaSharp;

namespace CellVitCluster.Inference.Verification;

/// <summary>Pixels of a picture: interleaved RGB, row by row.</summary>
/// <param name="Width">Width in px.</param>
/// <param name="Height">Height in px.</param>
/// <param name="Rgb"><c>Height × Width × 3</c> bytes.</param>
internal sealed record PictureFile(int Width, int Height, byte[] Rgb)
{
    /// <summary>Reads a picture without color management.</summary>
    /// <exception cref="FormatException">The file is no picture.</exception>
    public static PictureFile Load(string path)
    {
        using SKCodec codec = SKCodec.Create(path) ?? throw new FormatException($"'{path}' is no picture.");
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        using var bitmap = new SKBitmap(info);
        if (codec.GetPixels(info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            throw new FormatException($"'{path}' cannot be decoded.");
        }

        ReadOnlySpan<byte> rgba = bitmap.GetPixelSpan();
        var rgb = new byte[info.Width * info.Height * 3];
        for (int i = 0; i < info.Width * info.Height; i++)
        {
            rgba.Slice(i * 4, 3).CopyTo(rgb.AsSpan(i * 3));
        }

        return new PictureFile(info.Width, info.Height, rgb);
    }

    /// <summary>A part of the picture.</summary>
    public PictureFile Crop(int x, int y, int width, int height)
    {
        var part = new byte[width * height * 3];
        for (int row = 0; row < height; row++)
        {
            Rgb.AsSpan((((y + row) * Width) + x) * 3, width * 3).CopyTo(part.AsSpan(row * width * 3));
        }

        return new PictureFile(width, height, part);
    }
}
