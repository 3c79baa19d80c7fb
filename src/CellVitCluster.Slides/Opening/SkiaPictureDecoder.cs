using SkiaSharp;

namespace CellVitCluster.Slides.Opening;

/// <summary>Decodes PNG and JPEG with Skia. No color conversion; EXIF orientation is ignored, as slide viewers do. Thread-safe.</summary>
internal static class SkiaPictureDecoder
{
    /// <summary>Decodes a file.</summary>
    /// <exception cref="Domain.Errors.SlideUnreadableException">Too large or damaged.</exception>
    public static unsafe DecodedPicture Decode(string path)
    {
        using var stream = SKFileStream.OpenStream(path);
        using SKCodec codec = SKCodec.Create(stream, out SKCodecResult created)
            ?? throw PictureErrors.Damaged(path, $"its header cannot be decoded ({created})");
        int width = codec.Info.Width, height = codec.Info.Height;
        PictureErrors.CheckSize(path, width, height);

        bool opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Premul);
        uint[] pixels = GC.AllocateUninitializedArray<uint>(width * height);
        fixed (uint* first = pixels)
        {
            SKCodecResult result = codec.GetPixels(info, (nint)first);
            if (result != SKCodecResult.Success)
            {
                throw PictureErrors.Damaged(path, $"decoding ends with '{result}'");
            }
        }

        if (!opaque)
        {
            DecodedPicture.LayOnWhite(pixels);
        }

        return new DecodedPicture(pixels, width, height, Mpp: null);
    }
}
