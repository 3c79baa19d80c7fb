using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;
using SkiaSharp;

namespace CellVitCluster.Slides.Rendering;

/// <summary>Draws outlines of cells over a picture of the slide and writes it as PNG. Thread-safe.</summary>
public static class OverlayRenderer
{
    /// <summary>Width of the lines in px of the picture when nothing is said.</summary>
    public const float DefaultLineWidth = 2;

    private const int PngCompression = 6;

    /// <summary>Draws and returns the PNG file.</summary>
    /// <inheritdoc cref="WritePng"/>
    /// <returns>Content of a PNG file, 8-bit RGB.</returns>
    public static byte[] ToPng(RgbPicture picture, SlideRect area, IEnumerable<CellOutline> cells, float lineWidth = DefaultLineWidth)
    {
        using var stream = new MemoryStream();
        WritePng(stream, picture, area, cells, lineWidth);
        return stream.ToArray();
    }

    /// <summary>Draws and writes the PNG file.</summary>
    /// <param name="destination">Receives the PNG file, 8-bit RGB; stays open.</param>
    /// <param name="picture">The slide; stays unchanged.</param>
    /// <param name="area">What the picture shows, in level-0 px; it is stretched over the whole picture.</param>
    /// <param name="cells">Outlines in the order of drawing; those outside the area cost little and show nothing.</param>
    /// <param name="lineWidth">Width of the lines in px of the picture; the line's middle lies on the outline.</param>
    public static void WritePng(
        Stream destination, RgbPicture picture, SlideRect area, IEnumerable<CellOutline> cells, float lineWidth = DefaultLineWidth)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lineWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(area.Width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(area.Height);

        using SKBitmap bitmap = ToBitmap(picture);
        using (var canvas = new SKCanvas(bitmap))
        {
            Draw(canvas, picture, area, cells, lineWidth);
        }

        using SKPixmap pixmap = bitmap.PeekPixels();
        var options = new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, PngCompression);
        using SKData data = pixmap.Encode(options) ?? throw new InvalidOperationException("The PNG encoder returned nothing.");
        data.SaveTo(destination);
    }

    private static void Draw(SKCanvas canvas, RgbPicture picture, SlideRect area, IEnumerable<CellOutline> cells, float lineWidth)
    {
        double scaleX = picture.Width / area.Width, scaleY = picture.Height / area.Height;
        double marginX = lineWidth / scaleX, marginY = lineWidth / scaleY;
        var visible = new SlideRect(area.X - marginX, area.Y - marginY, area.Width + (2 * marginX), area.Height + (2 * marginY));
        using var paint = new SKPaint
        {
            Style = SKPaintStyle.Stroke,
            StrokeWidth = lineWidth,
            StrokeJoin = SKStrokeJoin.Round,
            IsAntialias = true,
        };

        foreach ((SlidePolygon outline, CellClass type) in cells)
        {
            if (!visible.Intersects(outline.Bounds))
            {
                continue;
            }

            paint.Color = new SKColor(type.Red, type.Green, type.Blue);
            using SKPath path = ToPath(outline, area, scaleX, scaleY);
            canvas.DrawPath(path, paint);
        }
    }

    // Differences are taken in double: level-0 coordinates of large slides would lose a fraction of a px as floats.
    private static SKPath ToPath(SlidePolygon outline, SlideRect area, double scaleX, double scaleY)
    {
        using var builder = new SKPathBuilder();
        for (int i = 0; i < outline.Count; i++)
        {
            SlidePoint vertex = outline[i];
            var point = new SKPoint((float)((vertex.X - area.X) * scaleX), (float)((vertex.Y - area.Y) * scaleY));
            if (i == 0)
            {
                builder.MoveTo(point);
            }
            else
            {
                builder.LineTo(point);
            }
        }

        builder.Close();
        return builder.Detach();
    }

    private static SKBitmap ToBitmap(RgbPicture picture)
    {
        var bitmap = new SKBitmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> rgba = bitmap.GetPixelSpan();
        ReadOnlySpan<byte> rgb = picture.Rgb;
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgba[to] = rgb[from];
            rgba[to + 1] = rgb[from + 1];
            rgba[to + 2] = rgb[from + 2];
            rgba[to + 3] = byte.MaxValue;
        }

        return bitmap;
    }
}
