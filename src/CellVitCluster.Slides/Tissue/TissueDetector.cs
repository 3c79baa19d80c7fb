using CellVitCluster.Slides.Reading;

namespace CellVitCluster.Slides.Tissue;

/// <summary>Finds tissue on a thumbnail: pen marks out, then Otsu twice. Source: spec/inference.md §6.2 to §6.4.</summary>
internal static class TissueDetector
{
    private const int MinSpeckArea = 60;
    private const int MinHoleArea = 250;
    private const int MinFinalHoleArea = 5000;

    // A square of 12 px has no center; it lets a pixel grow by 6 px to the upper left and by 5 px to the lower right.
    private const int GrowBefore = 6;
    private const int GrowAfter = 5;
    private const int CloseRadius = 2;

    /// <summary>Detects tissue.</summary>
    /// <param name="thumbnail">The thumbnail; stays unchanged.</param>
    /// <returns>A mask of its size; 1 is tissue.</returns>
    public static BinaryMask Detect(Thumbnail thumbnail)
    {
        byte[] clean = [.. thumbnail.Rgb];
        PenMarkFilter.Apply(clean);

        byte[] work = [.. clean];
        WhitenGlass(work);
        BinaryMask mask = DarkerThanOtsu(work, thumbnail.Width, thumbnail.Height);
        ConnectedRegions.RemoveSmall(mask, MinSpeckArea);
        mask = Morphology.Close(Morphology.Dilate(mask, GrowBefore, GrowAfter), CloseRadius);
        ConnectedRegions.FillSmallHoles(mask, MinHoleArea);

        clean.CopyTo(work, 0);
        WhitenOutside(work, mask);
        BinaryMask tissue = DarkerThanOtsu(work, thumbnail.Width, thumbnail.Height);
        ConnectedRegions.FillSmallHoles(tissue, MinFinalHoleArea);
        return tissue;
    }

    private static void WhitenGlass(Span<byte> rgb)
    {
        for (int i = 0; i + 2 < rgb.Length; i += 3)
        {
            if (GlassPixel.IsBackground(rgb[i], rgb[i + 1], rgb[i + 2]))
            {
                rgb.Slice(i, 3).Fill(255);
            }
        }
    }

    /// <summary>Outside the mask every channel that is not zero becomes 255; channels are taken one by one, as the published program does.</summary>
    private static void WhitenOutside(Span<byte> rgb, BinaryMask mask)
    {
        for (int i = 0; i < rgb.Length; i++)
        {
            if (mask.Pixels[i / 3] == 0 && rgb[i] > 0)
            {
                rgb[i] = 255;
            }
        }
    }

    private static BinaryMask DarkerThanOtsu(ReadOnlySpan<byte> rgb, int width, int height)
    {
        double threshold = OtsuThreshold.Compute(rgb);
        var mask = new BinaryMask(width, height);
        for (int i = 0, pixel = 0; pixel < mask.Pixels.Length; i += 3, pixel++)
        {
            mask.Pixels[pixel] = OtsuThreshold.Luminance(rgb[i], rgb[i + 1], rgb[i + 2]) < threshold ? (byte)1 : (byte)0;
        }

        return mask;
    }
}
