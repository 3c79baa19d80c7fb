using System.Buffers;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Opening;

namespace CellVitCluster.Slides.Reading;

/// <summary>
/// Reads tiles: source pixels, white padding, background test, resampling to 1024 × 1024 px. Calls from several threads are safe; work
/// buffers come from the shared pool. Source: spec/inference.md §5 and §7.
/// </summary>
/// <remarks>
/// By default local px (0, 0) always is grid px (960·column − 32, 960·row − 32). The published program puts all missing pixels of a first
/// row or column on its upper or left side, which differs for slides up to 991 px wide or high; <see cref="CompatibilityMode.Reference"/>
/// does the same.
/// </remarks>
public sealed class TileReader
{
    private readonly TileGrid _grid;
    private readonly CompatibilityMode _mode;
    private readonly TileSource _source;
    private readonly LanczosResampler? _resampler;
    private readonly int _minTissuePixels;

    /// <summary>Prepares reading.</summary>
    /// <param name="slide">The slide; stays the caller's and must stay open as long as the reader is used.</param>
    /// <param name="grid">Its grid.</param>
    /// <param name="mode">Whose rules for padding and the background test.</param>
    public TileReader(ISlide slide, TileGrid grid, CompatibilityMode mode)
    {
        ArgumentNullException.ThrowIfNull(slide);
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _mode = mode;
        _source = new TileSource(slide, grid, mode);
        _minTissuePixels = BackgroundTest.MinTissuePixels(grid.ReadSize, mode);
        _resampler = grid.ReadSize == TileGrid.TileSize
            ? null
            : new LanczosResampler(grid.ReadSize, grid.ReadSize, TileGrid.TileSize, TileGrid.TileSize);
    }

    /// <summary>Reads one tile.</summary>
    /// <param name="tile">A tile of the grid.</param>
    /// <returns>Its pixels, owned by the caller; null when more than 99 % of it is background.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no such tile.</exception>
    /// <exception cref="SlideUnreadableException">The pixels cannot be decoded (<see cref="ErrorCode.RegionUnreadable"/>).</exception>
    public TilePixels? Read(TileId tile)
    {
        if (!_grid.Contains(tile))
        {
            throw new ArgumentOutOfRangeException(nameof(tile), tile, $"The grid has {_grid.Rows} rows and {_grid.Columns} columns.");
        }

        var pixels = new TilePixels(tile);
        try
        {
            if (_resampler is null ? ReadPadded(tile, pixels.Rgb) : ReadResampled(tile, _resampler, pixels.Rgb))
            {
                return pixels;
            }
        }
        catch
        {
            pixels.Dispose();
            throw;
        }

        pixels.Dispose();
        return null;
    }

    private bool ReadResampled(TileId tile, LanczosResampler resampler, Span<byte> rgb)
    {
        int bytes = _grid.ReadSize * _grid.ReadSize * 3;
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Span<byte> padded = rented.AsSpan(0, bytes);
            if (!ReadPadded(tile, padded))
            {
                return false;
            }

            resampler.Resize(padded, rgb);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads a tile of <see cref="TileGrid.ReadSize"/> px with its padding.</summary>
    /// <returns>Whether it has enough tissue.</returns>
    private bool ReadPadded(TileId tile, Span<byte> padded)
    {
        SourceRect rect = _source.RectOf(tile);
        int side = _grid.ReadSize;
        if (rect.Width == side && rect.Height == side)
        {
            _source.Read(rect, padded);
        }
        else
        {
            ReadPartial(tile, rect, padded);
        }

        return GlassPixel.CountTissue(padded, _minTissuePixels) >= _minTissuePixels;
    }

    private void ReadPartial(TileId tile, SourceRect rect, Span<byte> padded)
    {
        int bytes = rect.Width * rect.Height * 3;
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Span<byte> content = rented.AsSpan(0, bytes);
            _source.Read(rect, content);
            padded.Fill(255);
            int left = Padding(tile.Column, rect.Width);
            int top = Padding(tile.Row, rect.Height);
            for (int y = 0; y < rect.Height; y++)
            {
                content.Slice(y * rect.Width * 3, rect.Width * 3).CopyTo(padded[((((top + y) * _grid.ReadSize) + left) * 3)..]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>White pixels left of (above) the content.</summary>
    private int Padding(int position, int extent)
    {
        if (position > 0)
        {
            return 0;
        }

        return _mode == CompatibilityMode.Reference ? _grid.ReadSize - extent : _grid.ReadHalfOverlap;
    }
}
