using BitMiracle.LibTiff.Classic;
using SkiaSharp;

namespace CellVitCluster.UnitTests.Slides.Opening;

/// <summary>Writes small pictures for tests: pixel (x, y) is computed by a function that gives red, green, blue, alpha.</summary>
internal static class PictureFiles
{
    public static string WriteSkia(
        string path, int width, int height, Func<int, int, SKColor> colorOf, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, colorOf(x, y));
            }
        }

        using FileStream stream = File.Create(path);
        bitmap.Encode(stream, format, 95).ShouldBeTrue();
        return path;
    }

    public static string WriteTiff(
        string path, int width, int height, Func<int, int, SKColor> colorOf, double pixelsPerUnit, ResUnit unit, Compression compression)
    {
        using Tiff tiff = Tiff.Open(path, "w");
        tiff.SetField(TiffTag.IMAGEWIDTH, width);
        tiff.SetField(TiffTag.IMAGELENGTH, height);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, 3);
        tiff.SetField(TiffTag.BITSPERSAMPLE, 8);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.RGB);
        tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
        tiff.SetField(TiffTag.COMPRESSION, compression);
        tiff.SetField(TiffTag.ROWSPERSTRIP, 16);
        tiff.SetField(TiffTag.XRESOLUTION, pixelsPerUnit);
        tiff.SetField(TiffTag.YRESOLUTION, pixelsPerUnit);
        tiff.SetField(TiffTag.RESOLUTIONUNIT, unit);
        var row = new byte[3 * width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                SKColor color = colorOf(x, y);
                (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]) = (color.Red, color.Green, color.Blue);
            }

            tiff.WriteScanline(row, y).ShouldBeTrue();
        }

        return path;
    }

    /// <summary>A pattern in which every pixel of a small picture differs from its neighbors.</summary>
    public static SKColor Pattern(int x, int y) => new((byte)(x * 7), (byte)(y * 11), (byte)((x + y) * 3));

    public static void Truncate(string path, double share)
    {
        using FileStream stream = File.OpenWrite(path);
        stream.SetLength((long)(stream.Length * share));
    }
}
