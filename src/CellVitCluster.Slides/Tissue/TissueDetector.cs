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

    /// <summary>Detects tissue. Besides the thumbnail it needs two bytes per pixel.</summary>
    /// <param name="thumbnail">The thumbnail; its pen marks are white afterwards.</param>
    /// <returns>A mask of its size; 1 is tissue.</returns>
    public static BinaryMask Detect(Thumbnail thumbnail)
    {
        byte[] rgb = thumbnail.Rgb;
        PenMarkFilter.Apply(rgb);
        var mask = new BinaryMask(thumbnail.Width, thumbnail.Height);
        var spare = new BinaryMask(thumbnail.Width, thumbnail.Height);
        MarkDarkerThanOtsu(new WhiteGlass(rgb), mask);
        ConnectedRegions.RemoveSmall(mask, MinSpeckArea);
        Morphology.Dilate(mask, spare, GrowBefore, GrowAfter);
        Morphology.Close(mask, spare, CloseRadius);
        ConnectedRegions.FillSmallHoles(mask, MinHoleArea);

        MarkDarkerThanOtsu(new WhiteOutside(rgb, mask), spare);
        ConnectedRegions.FillSmallHoles(spare, MinFinalHoleArea);
        return spare;
    }

    private static void MarkDarkerThanOtsu<TView>(TView thumbnail, BinaryMask mask)
        where TView : struct, IThumbnailView, allows ref struct
    {
        double threshold = OtsuThreshold.Compute(thumbnail);
        for (int pixel = 0; pixel < mask.Pixels.Length; pixel++)
        {
            mask.Pixels[pixel] = OtsuThreshold.Luminance(thumbnail[pixel]) < threshold ? (byte)1 : (byte)0;
        }
    }
}
