using System.Buffers;
using System.Globalization;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Opening;

namespace CellVitCluster.Slides.Rendering;

/// <summary>
/// Reads a region of a slide at any scale: from the coarsest level that is still fine enough, the rest by area means (or linear
/// interpolation when the wanted scale is finer than level 0). Works piece by piece: beside the result, memory stays below about 20 MiB as
/// long as one px of the result covers at most 2048 px of the level read. Thread-safe as far as the slide is.
/// </summary>
public static class RegionReader
{
    /// <summary>Largest result in px.</summary>
    public const long MaxPixels = 100_000_000;

    // Side in px of the pieces that are read at once.
    private const int PieceSide = 2048;

    /// <summary>Reads a region.</summary>
    /// <param name="slide">The slide.</param>
    /// <param name="region">What to read, in level-0 px; parts outside the slide are in its background color.</param>
    /// <param name="scale">Result px per level-0 px: 1 for level 0, 0.25 for a quarter of its size.</param>
    /// <returns>The region in <c>region.Width · scale × region.Height · scale</c> px, rounded up, stretched by the rounding.</returns>
    /// <exception cref="ConfigurationException">The region is empty, the scale not positive, or the result larger than <see cref="MaxPixels"/>.</exception>
    /// <exception cref="SlideUnreadableException">The slide cannot be decoded there.</exception>
    public static RgbPicture Read(ISlide slide, SlideRect region, double scale)
    {
        ArgumentNullException.ThrowIfNull(slide);
        (int width, int height) = SizeOf(region, scale);
        int level = LevelFor(slide.Metadata.Levels, scale);
        double downsample = slide.Metadata.Levels[level].Downsample;
        var columns = new AreaSampling(region.X / downsample, region.Width / downsample / width);
        var rows = new AreaSampling(region.Y / downsample, region.Height / downsample / height);

        var rgb = new byte[3 * width * height];
        int pieceWidth = columns.SamplesPer(PieceSide), pieceHeight = rows.SamplesPer(PieceSide);
        for (int y = 0; y < height; y += pieceHeight)
        {
            for (int x = 0; x < width; x += pieceWidth)
            {
                var piece = new PixelSpan(x, y, Math.Min(pieceWidth, width - x), Math.Min(pieceHeight, height - y));
                ReadPiece(slide, level, columns, rows, piece, rgb, width);
            }
        }

        return new RgbPicture(rgb, width, height);
    }

    private static void ReadPiece(
        ISlide slide, int level, AreaSampling columns, AreaSampling rows, PixelSpan piece, byte[] target, int targetWidth)
    {
        (long left, int sourceWidth) = columns.SourceOf(piece.X, piece.Width);
        (long top, int sourceHeight) = rows.SourceOf(piece.Y, piece.Height);
        double downsample = slide.Metadata.Levels[level].Downsample;
        int bytes = 3 * sourceWidth * sourceHeight;
        byte[] source = ArrayPool<byte>.Shared.Rent(bytes);
        float[] row = ArrayPool<float>.Shared.Rent(3 * sourceWidth);
        try
        {
            long levelZeroX = (long)Math.Round(left * downsample), levelZeroY = (long)Math.Round(top * downsample);
            slide.Read(levelZeroX, levelZeroY, level, sourceWidth, sourceHeight, source.AsSpan(0, bytes));
            for (int y = 0; y < piece.Height; y++)
            {
                Span<float> sum = row.AsSpan(0, 3 * sourceWidth);
                MixRows(source, sourceWidth, rows.WindowOf(piece.Y + y), top, sum);
                int start = 3 * (((piece.Y + y) * targetWidth) + piece.X);
                MixColumns(sum, columns, left, piece, target.AsSpan(start, 3 * piece.Width));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(row);
            ArrayPool<byte>.Shared.Return(source);
        }
    }

    private static void MixRows(byte[] source, int sourceWidth, SamplingWindow window, long top, Span<float> sum)
    {
        sum.Clear();
        for (long y = window.First; y <= window.Last; y++)
        {
            float weight = window.WeightOf(y);
            ReadOnlySpan<byte> pixels = source.AsSpan((int)(y - top) * 3 * sourceWidth, 3 * sourceWidth);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += weight * pixels[i];
            }
        }
    }

    private static void MixColumns(ReadOnlySpan<float> sum, AreaSampling columns, long left, PixelSpan piece, Span<byte> target)
    {
        for (int x = 0; x < piece.Width; x++)
        {
            SamplingWindow window = columns.WindowOf(piece.X + x);
            float red = 0.5f, green = 0.5f, blue = 0.5f;
            for (long column = window.First; column <= window.Last; column++)
            {
                float weight = window.WeightOf(column);
                ReadOnlySpan<float> pixel = sum.Slice(3 * (int)(column - left), 3);
                red += weight * pixel[0];
                green += weight * pixel[1];
                blue += weight * pixel[2];
            }

            Span<byte> result = target.Slice(3 * x, 3);
            (result[0], result[1], result[2]) = ((byte)Math.Min(red, 255f), (byte)Math.Min(green, 255f), (byte)Math.Min(blue, 255f));
        }
    }

    private static (int Width, int Height) SizeOf(SlideRect region, double scale)
    {
        double width = Math.Ceiling((region.Width * scale) - 1e-6), height = Math.Ceiling((region.Height * scale) - 1e-6);
        if (!(width >= 1) || !(height >= 1) || !(width * height <= MaxPixels))
        {
            throw new ConfigurationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Cannot render the region {region.X:0.##},{region.Y:0.##},{region.Width:0.##},{region.Height:0.##} at scale {scale:0.######}."),
                string.Create(CultureInfo.InvariantCulture, $"The picture would have {width:0} x {height:0} px (expected 1 to {MaxPixels} px in all)."),
                "Choose a smaller region or a smaller scale.");
        }

        return ((int)width, (int)height);
    }

    private static int LevelFor(IReadOnlyList<SlideLevel> levels, double scale)
    {
        // A level may be coarser than wanted by the rounding of its size.
        double wanted = 1.01 / scale;
        int best = 0;
        for (int i = 1; i < levels.Count; i++)
        {
            if (levels[i].Downsample <= wanted && levels[i].Downsample > levels[best].Downsample)
            {
                best = i;
            }
        }

        return best;
    }

    private readonly record struct PixelSpan(int X, int Y, int Width, int Height);
}
