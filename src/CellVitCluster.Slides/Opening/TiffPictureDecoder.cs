using BitMiracle.LibTiff.Classic;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Slides.Opening;

/// <summary>Decodes the first picture of a TIFF with all layouts and compressions that LibTiff.NET knows. Thread-safe.</summary>
internal static class TiffPictureDecoder
{
    // Pixel sizes outside are those of screens, printers and placeholders: 72 dpi would be 353 µm.
    private const double MinMicrons = 0.05;
    private const double MaxMicrons = 5;
    private const double MaxAspect = 1.05;

    static TiffPictureDecoder() => Tiff.SetErrorHandler(new TiffMessages());

    /// <summary>Decodes a file.</summary>
    /// <exception cref="SlideUnreadableException">Too large or damaged.</exception>
    public static DecodedPicture Decode(string path)
    {
        using var input = new TiffInput(path);
        try
        {
            using Tiff tiff = Tiff.ClientOpen(path, "r", input, new TiffInputStream())
                ?? throw PictureErrors.Damaged(path, input.FirstError ?? "its header cannot be decoded");
            return Decode(path, tiff, input);
        }
        catch (Exception cause) when (cause is not (CellVitException or OutOfMemoryException))
        {
            // The library answers damage with whatever its arithmetic runs into.
            throw PictureErrors.Damaged(path, input.FirstError ?? cause.Message, cause);
        }
    }

    private static DecodedPicture Decode(string path, Tiff tiff, TiffInput input)
    {
        long width = (uint)Number(tiff, TiffTag.IMAGEWIDTH), height = (uint)Number(tiff, TiffTag.IMAGELENGTH);
        PictureErrors.CheckSize(path, width, height);
        if (!tiff.RGBAImageOK(out string reason))
        {
            throw PictureErrors.Damaged(path, reason);
        }

        var raster = new int[width * height];
        if (!tiff.ReadRGBAImageOriented((int)width, (int)height, raster, Orientation.TOPLEFT, true) || input.FirstError is not null)
        {
            throw PictureErrors.Damaged(path, input.FirstError ?? "its pixels cannot be decoded");
        }

        // The same bits, read as unsigned: the runtime allows this cast for arrays of integers of one size.
        var pixels = (uint[])(object)raster;
        DecodedPicture.LayOnWhite(pixels);
        return new DecodedPicture(pixels, (int)width, (int)height, PixelSizeOf(tiff));
    }

    private static Mpp? PixelSizeOf(Tiff tiff)
    {
        double micronsPerUnit = tiff.GetField(TiffTag.RESOLUTIONUNIT)?[0].ToInt() switch
        {
            (int)ResUnit.CENTIMETER => 10_000,
            (int)ResUnit.NONE => double.NaN,
            _ => 25_400,
        };
        double x = micronsPerUnit / (tiff.GetField(TiffTag.XRESOLUTION)?[0].ToDouble() ?? double.NaN);
        double y = micronsPerUnit / (tiff.GetField(TiffTag.YRESOLUTION)?[0].ToDouble() ?? double.NaN);
        double mean = (x + y) / 2;
        bool isPlausible = mean is >= MinMicrons and <= MaxMicrons && Math.Max(x, y) <= MaxAspect * Math.Min(x, y);
        return isPlausible ? new Mpp(mean) : null;
    }

    private static int Number(Tiff tiff, TiffTag tag) => tiff.GetField(tag)?[0].ToInt() ?? 0;
}
