using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Calibration;

namespace CellVitCluster.Slides.Tiling;

/// <summary>Cuts a slide into the grid of 1024-px tiles of the network's resolution. Source: spec/inference.md §4.2, §4.3 and §5.</summary>
public static class TilePlanner
{
    /// <summary>Grid of the slide's active area.</summary>
    /// <param name="metadata">Size, active area and pixel size of the slide.</param>
    /// <returns>The grid; at least one tile.</returns>
    /// <exception cref="CalibrationException">
    /// The pixel size is unknown (<see cref="ErrorCode.PixelSizeMissing"/>) or unusable (<see cref="ErrorCode.PixelSizeOutOfRange"/>).
    /// </exception>
    public static TileGrid Plan(SlideMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Mpp mpp = PixelSizeResolver.Require(metadata);
        Reduction reduction = Reduction.For(mpp);
        int width = CeilingOf(metadata.ActiveArea.Width, reduction.Downsample);
        int height = CeilingOf(metadata.ActiveArea.Height, reduction.Downsample);
        int stride = reduction.Sixteenths * (TileGrid.Stride / 16);
        return new TileGrid
        {
            BaseMpp = mpp,
            ActiveArea = metadata.ActiveArea,
            Downsample = reduction.Downsample,
            RescaleSixteenths = reduction.Sixteenths,
            SourceWidth = width,
            SourceHeight = height,
            Columns = CeilingOf(width, stride),
            Rows = CeilingOf(height, stride),
        };
    }

    private static int CeilingOf(double extent, int divisor) => (int)Math.Ceiling(extent / divisor);
}
