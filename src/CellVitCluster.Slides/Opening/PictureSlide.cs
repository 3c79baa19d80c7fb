using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Rendering;

namespace CellVitCluster.Slides.Opening;

/// <summary>
/// A plain picture (PNG, JPEG, TIFF) as a slide: decoded once, held in memory with 4 bytes per px, a third more for the reduced levels that
/// serve thumbnails. Tiled pyramids belong to OpenSlide, which reads them without holding them. Thread-safe.
/// </summary>
public sealed class PictureSlide : ISlide
{
    /// <summary>Largest picture in px; it takes 2.1 GB of memory.</summary>
    public const long MaxPixels = 400_000_000;

    private const int CoarsestSide = 1024;

    private uint[][]? _levels;

    private PictureSlide(uint[][] levels, SlideMetadata metadata)
    {
        _levels = levels;
        Metadata = metadata;
    }

    /// <inheritdoc/>
    public SlideMetadata Metadata { get; }

    /// <summary>Whether the file begins like a PNG, JPEG or TIFF. A tiled TIFF does too; ask OpenSlide first.</summary>
    public static bool CanOpen(string path) => PictureSignature.Of(path) != PictureFormat.Unknown;

    /// <summary>Decodes a picture.</summary>
    /// <param name="source">The file; a pixel size in it wins over the file's own.</param>
    /// <returns>The picture; the caller disposes it, which frees the pixels.</returns>
    /// <exception cref="SlideUnreadableException">
    /// Missing (<see cref="ErrorCode.SlideMissing"/>), no picture (<see cref="ErrorCode.SlideFormatUnknown"/>), damaged
    /// (<see cref="ErrorCode.SlideDamaged"/>) or above <see cref="MaxPixels"/> (<see cref="ErrorCode.ImageTooLarge"/>).
    /// </exception>
    public static ISlide Open(SlideSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        DecodedPicture picture = Decode(source.Path);
        List<uint[]> pixels = [picture.Pixels];
        List<SlideLevel> levels = [new SlideLevel(picture.Width, picture.Height, 1)];
        while (Math.Max(levels[^1].Width, levels[^1].Height) > CoarsestSide)
        {
            SlideLevel finer = levels[^1];
            var level = new SlideLevel((finer.Width + 1) / 2, (finer.Height + 1) / 2, finer.Downsample * 2);
            pixels.Add(Halve(pixels[^1], finer, level));
            levels.Add(level);
        }

        return new PictureSlide([.. pixels], Describe(source, picture, levels));
    }

    /// <inheritdoc/>
    public void Read(long x, long y, int level, int width, int height, Span<byte> rgb)
    {
        uint[][] levels = _levels ?? throw new ObjectDisposedException(nameof(PictureSlide));
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, levels.Length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Span<byte> target = rgb[..checked(3 * width * height)];

        (int levelWidth, int levelHeight) = (Metadata.Levels[level].Width, Metadata.Levels[level].Height);
        long left = x >> level, top = y >> level;
        int firstColumn = (int)Math.Clamp(-left, 0, width), lastColumn = (int)Math.Clamp(levelWidth - left, firstColumn, width);
        target.Fill(byte.MaxValue);
        for (int row = 0; row < height; row++)
        {
            long sourceRow = top + row;
            if (sourceRow >= 0 && sourceRow < levelHeight && lastColumn > firstColumn)
            {
                int start = (int)((sourceRow * levelWidth) + left + firstColumn);
                ReadOnlySpan<uint> pixels = levels[level].AsSpan(start, lastColumn - firstColumn);
                Unpack(pixels, target[(3 * ((row * width) + firstColumn))..]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _levels = null;

    private static void Unpack(ReadOnlySpan<uint> pixels, Span<byte> rgb)
    {
        for (int i = 0, to = 0; i < pixels.Length; i++, to += 3)
        {
            uint pixel = pixels[i];
            (rgb[to], rgb[to + 1], rgb[to + 2]) = ((byte)pixel, (byte)(pixel >> 8), (byte)(pixel >> 16));
        }
    }

    private static uint[] Halve(uint[] finer, SlideLevel from, SlideLevel to)
    {
        uint[] pixels = GC.AllocateUninitializedArray<uint>(to.Width * to.Height);
        for (int y = 0; y < to.Height; y++)
        {
            int second = Math.Min((2 * y) + 1, from.Height - 1);
            BoxHalver.HalveRows(
                finer.AsSpan(2 * y * from.Width, from.Width),
                finer.AsSpan(second * from.Width, from.Width),
                pixels.AsSpan(y * to.Width, to.Width));
        }

        return pixels;
    }

    private static SlideMetadata Describe(SlideSource source, DecodedPicture picture, List<SlideLevel> levels)
    {
        (Mpp? mpp, string? origin) = source.Mpp is { } stated ? (stated, "--mpp")
            : picture.Mpp is { } found ? (found, "TIFF resolution")
            : ((Mpp?)null, (string?)null);
        return new SlideMetadata
        {
            Vendor = "image",
            Width = picture.Width,
            Height = picture.Height,
            Levels = levels,
            ActiveArea = new SlideRect(0, 0, picture.Width, picture.Height),
            Mpp = mpp,
            MppOrigin = origin,
            Magnification = source.Magnification ?? MagnificationOf(mpp),
        };
    }

    // spec/inference.md §4.1: reported only.
    private static double? MagnificationOf(Mpp? mpp) => mpp?.MicronsPerPixel switch
    {
        >= 0.2 and <= 0.3 => 40,
        >= 0.4 and <= 0.6 => 20,
        _ => null,
    };

    private static DecodedPicture Decode(string path)
    {
        if (!File.Exists(path))
        {
            throw new SlideUnreadableException(
                ErrorCode.SlideMissing,
                $"Cannot open the picture '{path}'.",
                "No file of this name exists.",
                "Check the path and whether the drive is mounted.");
        }

        return PictureSignature.Of(path) switch
        {
            PictureFormat.Png or PictureFormat.Jpeg => SkiaPictureDecoder.Decode(path),
            PictureFormat.Tiff => TiffPictureDecoder.Decode(path),
            _ => throw new SlideUnreadableException(
                ErrorCode.SlideFormatUnknown,
                $"Cannot open '{path}' as a picture.",
                "Its first bytes are not those of a PNG, JPEG or TIFF.",
                "Convert it to one of these formats, or to a format that OpenSlide reads."),
        };
    }
}
