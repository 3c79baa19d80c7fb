using CellVitCluster.Domain.Errors;
using CellVitCluster.Slides.Opening;

namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// Reads a slide for its thumbnail although parts of it cannot be decoded. What is unreadable is painted in the color of tissue, so that its
/// tiles are planned, tried and recorded as failed with their reason; the rest of the slide is analyzed.
/// </summary>
internal sealed class DamageTolerantReader(ISlide slide, int level, double downsample)
{
    /// <summary>Side in px below which an unreadable piece is not divided further.</summary>
    private const int SmallestSide = 64;

    /// <summary>Unreadable pieces after which the slide as a whole counts as damaged; each costs a failed read.</summary>
    private const int MaxUnreadablePieces = 1000;

    private static ReadOnlySpan<byte> TissueColor => [190, 110, 160];

    private int _unreadable;

    /// <summary>Reads a rectangle.</summary>
    /// <param name="x">Left side in px of the level, relative to <paramref name="originX"/>.</param>
    /// <param name="y">Top side likewise.</param>
    /// <param name="originX">Level-0 px of the area's left side.</param>
    /// <param name="originY">Level-0 px of the area's top side.</param>
    /// <param name="width">Width in px of the level.</param>
    /// <param name="height">Height in px of the level.</param>
    /// <param name="rgb">Receives <c>height × width × 3</c> bytes.</param>
    /// <exception cref="SlideUnreadableException">Too much of the slide cannot be decoded.</exception>
    public void Read(int x, int y, double originX, double originY, int width, int height, Span<byte> rgb)
    {
        try
        {
            slide.Read((long)originX + (long)(x * downsample), (long)originY + (long)(y * downsample), level, width, height, rgb);
        }
        catch (SlideUnreadableException exception) when (exception.Code == ErrorCode.RegionUnreadable && _unreadable < MaxUnreadablePieces)
        {
            if (Math.Max(width, height) <= SmallestSide)
            {
                _unreadable++;
                Paint(rgb);
                return;
            }

            bool wide = width >= height;
            int firstWidth = wide ? width / 2 : width, firstHeight = wide ? height : height / 2;
            ReadPart(x, y, originX, originY, width, 0, 0, firstWidth, firstHeight, rgb);
            ReadPart(
                x, y, originX, originY, width,
                wide ? firstWidth : 0, wide ? 0 : firstHeight,
                wide ? width - firstWidth : width, wide ? height : height - firstHeight,
                rgb);
        }
    }

    private void ReadPart(
        int x, int y, double originX, double originY, int stride, int left, int top, int width, int height, Span<byte> rgb)
    {
        byte[] part = new byte[width * height * 3];
        Read(x + left, y + top, originX, originY, width, height, part);
        for (int row = 0; row < height; row++)
        {
            part.AsSpan(row * width * 3, width * 3).CopyTo(rgb[((((top + row) * stride) + left) * 3)..]);
        }
    }

    private static void Paint(Span<byte> rgb)
    {
        for (int i = 0; i < rgb.Length; i += 3)
        {
            TissueColor.CopyTo(rgb[i..]);
        }
    }
}
