using System.Buffers;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Reading;

namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// Makes the thumbnail for tissue detection. The best pyramid level is read in blocks and reduced on the way, so memory stays bounded
/// (about 100 MB) when a slide of 100,000 px has no pyramid. Source: spec/inference.md §6.1.
/// </summary>
/// <remarks>
/// By default the thumbnail shows the active area, as the grid does. The published program shows the whole slide, which misplaces the
/// tissue of slides with bounds (spec/differences.md §2.11); <see cref="CompatibilityMode.Reference"/> does the same.
/// </remarks>
internal static class ThumbnailReader
{
    private const int BlockWidth = 4096;
    private const int BlockHeight = 512;

    /// <summary>Reads the thumbnail.</summary>
    /// <exception cref="Domain.Errors.SlideUnreadableException">More of the slide cannot be decoded than single places.</exception>
    public static Thumbnail Read(ISlide slide, TileGrid grid, CompatibilityMode mode)
    {
        SlideMetadata metadata = slide.Metadata;
        ThumbnailSize size = ThumbnailSize.For(grid);
        SlideRect area = mode == CompatibilityMode.Reference ? new SlideRect(0, 0, metadata.Width, metadata.Height) : grid.ActiveArea;
        double downsample = Math.Max(area.Width / size.Width, area.Height / size.Height);
        int level = PyramidLevel.Best(metadata.Levels, downsample, mode);
        SlideLevel source = metadata.Levels[level];
        int width = (int)Math.Ceiling(source.Width * area.Width / metadata.Width);
        int height = (int)Math.Ceiling(source.Height * area.Height / metadata.Height);
        (int targetWidth, int targetHeight) = mode == CompatibilityMode.Reference
            ? AspectFit.Shrink(width, height, size.Width, size.Height)
            : (size.Width, size.Height);

        var reader = new DamageTolerantReader(slide, level, source.Downsample);
        var scaler = new StripScaler(width, height, targetWidth, targetHeight);
        int stripHeight = scaler.FactorY * Math.Max(1, BlockHeight / scaler.FactorY);
        int blockWidth = Math.Min(width, scaler.FactorX * Math.Max(1, BlockWidth / scaler.FactorX));
        byte[] block = ArrayPool<byte>.Shared.Rent(blockWidth * stripHeight * 3);
        try
        {
            for (int y = 0; y < height; y += stripHeight)
            {
                int rows = Math.Min(stripHeight, height - y);
                scaler.BeginStrip(rows);
                for (int x = 0; x < width; x += blockWidth)
                {
                    int columns = Math.Min(blockWidth, width - x);
                    Span<byte> rgb = block.AsSpan(0, columns * rows * 3);
                    reader.Read(x, y, area.X, area.Y, columns, rows, rgb);
                    scaler.AddBlock(rgb, x, columns);
                }

                scaler.EndStrip();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return new Thumbnail(scaler.Target, targetWidth, targetHeight, size.Halvings);
    }
}
