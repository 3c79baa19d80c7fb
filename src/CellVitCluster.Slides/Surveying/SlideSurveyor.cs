using System.Collections;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Regions;
using CellVitCluster.Slides.Tiling;
using CellVitCluster.Slides.Tissue;

namespace CellVitCluster.Slides.Surveying;

/// <summary>Looks at a slide before it is analyzed: pixel size, grid, tissue, and so the tiles worth reading.</summary>
public static class SlideSurveyor
{
    private const double SquareMicronsPerSquareMillimeter = 1e6;

    /// <summary>Surveys a slide. Reads a thumbnail from the pyramid; memory stays bounded (about 150 MB) whatever the slide's size.</summary>
    /// <param name="slide">The slide; stays the caller's.</param>
    /// <param name="mode">Whose rules decide.</param>
    /// <param name="region">Part of the slide to analyze, or null for all of it.</param>
    /// <returns>The plan; it is empty for a slide without tissue.</returns>
    /// <exception cref="CalibrationException">The pixel size is unknown or unusable.</exception>
    /// <exception cref="SlideUnreadableException">The thumbnail cannot be decoded.</exception>
    public static SlideSurvey Survey(ISlide slide, CompatibilityMode mode, RegionOfInterest? region = null)
    {
        ArgumentNullException.ThrowIfNull(slide);
        TileGrid grid = TilePlanner.Plan(slide.Metadata);
        Thumbnail thumbnail = ThumbnailReader.Read(slide, grid, mode);
        BinaryMask tissue = TissueDetector.Detect(thumbnail);
        BitArray selected = TileSelector.Select(grid, tissue, thumbnail.Halvings);
        if (region is not null)
        {
            KeepInside(region, grid, selected);
        }

        double micronsPerPixel = grid.BaseMpp.MicronsPerPixel * grid.Downsample * Math.Pow(2, thumbnail.Halvings);
        double area = tissue.Count() * micronsPerPixel * micronsPerPixel / SquareMicronsPerSquareMillimeter;
        return new SlideSurvey(slide.Metadata, new TilePlan(grid, selected), area);
    }

    private static void KeepInside(RegionOfInterest region, TileGrid grid, BitArray selected)
    {
        for (int i = 0; i < selected.Length; i++)
        {
            selected[i] = selected[i] && RegionTouch.Meets(region, grid.FrameOf(grid.TileAt(i)).SlideArea);
        }
    }
}
