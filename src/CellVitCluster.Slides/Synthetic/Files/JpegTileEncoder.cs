using CellVitCluster.Slides.Synthetic.Painting;
using SkiaSharp;

namespace CellVitCluster.Slides.Synthetic.Files;

/// <summary>Encodes file tiles as JPEG with 4:2:0 chroma, as scanners do. Thread-safe.</summary>
internal static class JpegTileEncoder
{
    private const int Quality = 88;

    private static readonly SKImageInfo Info = new(SlideBlock.TileSize, SlideBlock.TileSize, SKColorType.Rgb888x, SKAlphaType.Opaque);

    private static readonly SKJpegEncoderOptions Options =
        new(Quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore);

    /// <summary>Encodes one tile.</summary>
    /// <param name="pixels">Packed pixels (red in the lowest byte), starting with the tile's first.</param>
    /// <param name="stride">Pixels per row.</param>
    /// <returns>A complete JPEG stream.</returns>
    /// <exception cref="InvalidOperationException">The encoder refuses.</exception>
    public static unsafe byte[] Encode(ReadOnlySpan<uint> pixels, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, ((SlideBlock.TileSize - 1) * stride) + SlideBlock.TileSize);
        fixed (uint* first = pixels)
        {
            using var pixmap = new SKPixmap(Info, (nint)first, stride * sizeof(uint));
            using SKData data = pixmap.Encode(Options) ?? throw new InvalidOperationException("The JPEG encoder returned nothing.");
            return data.ToArray();
        }
    }
}
