using System.Buffers;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Opening;

namespace CellVitCluster.Slides.Reading;

/// <summary>
/// The existing pixels of a tile before padding and resampling, with DeepZoom's choice of region and pyramid level. Source:
/// spec/inference.md §5.
/// </summary>
internal sealed class TileSource
{
    private readonly ISlide _slide;
    private readonly TileGrid _grid;
    private readonly int _level;
    private readonly double _levelDownsample;
    private readonly double _levelPixelsPerSourcePixel;

    /// <summary>Chooses the level.</summary>
    public TileSource(ISlide slide, TileGrid grid, CompatibilityMode mode)
    {
        _slide = slide;
        _grid = grid;
        _level = grid.Downsample == 1 ? 0 : PyramidLevel.Best(slide.Metadata.Levels, grid.Downsample, mode);
        _levelDownsample = slide.Metadata.Levels[_level].Downsample;
        _levelPixelsPerSourcePixel = grid.Downsample / _levelDownsample;
    }

    /// <summary>Pixels that exist of a tile: its square, clipped to the active area.</summary>
    public SourceRect RectOf(TileId tile)
    {
        (int x, int width) = Clip(tile.Column, _grid.SourceWidth);
        (int y, int height) = Clip(tile.Row, _grid.SourceHeight);
        return new SourceRect(x, y, width, height);
    }

    /// <summary>Reads source pixels.</summary>
    /// <param name="rect">A rectangle of <see cref="RectOf"/>.</param>
    /// <param name="rgb">Receives height × width × 3 bytes.</param>
    public void Read(SourceRect rect, Span<byte> rgb)
    {
        long x = (long)_grid.ActiveArea.X + (long)(rect.X * (double)_grid.Downsample);
        long y = (long)_grid.ActiveArea.Y + (long)(rect.Y * (double)_grid.Downsample);
        int width = LevelExtent(rect.X, rect.Width, LevelLimit(_slide.Metadata.Levels[_level].Width, _grid.ActiveArea.Width, _slide.Metadata.Width));
        int height = LevelExtent(rect.Y, rect.Height, LevelLimit(_slide.Metadata.Levels[_level].Height, _grid.ActiveArea.Height, _slide.Metadata.Height));
        if (width == rect.Width && height == rect.Height)
        {
            _slide.Read(x, y, _level, width, height, rgb);
            return;
        }

        int bytes = width * height * 3;
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Span<byte> region = rented.AsSpan(0, bytes);
            _slide.Read(x, y, _level, width, height, region);
            new LanczosResampler(width, height, rect.Width, rect.Height).Resize(region, rgb);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private (int Start, int Length) Clip(int position, int extent)
    {
        int start = Math.Max(0, (position * _grid.ReadStride) - _grid.ReadHalfOverlap);
        int end = Math.Min(extent, ((position + 1) * _grid.ReadStride) + _grid.ReadHalfOverlap);
        return (start, end - start);
    }

    private static int LevelLimit(int levelExtent, double activeExtent, int slideExtent) =>
        (int)Math.Ceiling(levelExtent * activeExtent / slideExtent);

    /// <summary>Size in level px: rounded up, but not beyond the level, whose last pixel may be a partial one.</summary>
    private int LevelExtent(int start, int length, int limit)
    {
        int remaining = limit - (int)Math.Ceiling(start * _levelPixelsPerSourcePixel);
        return Math.Max(1, Math.Min((int)Math.Ceiling(length * _levelPixelsPerSourcePixel), remaining));
    }
}
