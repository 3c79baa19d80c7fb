using CellVitCluster.Slides.Reading;

namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// Pillow's thumbnail resize, fed strip by strip from top to bottom: a box reduction by whole factors where the picture shrinks at least
/// fourfold, then the Lanczos passes. Holds one strip and a few rows besides the result. Not thread-safe. Source: spec/inference.md §7.2.
/// </summary>
internal sealed class StripScaler
{
    private const double ReducingGap = 2;

    private readonly LanczosAxis _horizontal;
    private readonly LanczosAxis _vertical;
    private byte[] _strip = [];
    private int _stripRows;
    private byte[] _window = [];
    private int _windowStart;
    private int _windowRows;
    private int _nextTargetRow;

    /// <summary>Prepares the resize of a whole picture.</summary>
    public StripScaler(int sourceWidth, int sourceHeight, int targetWidth, int targetHeight)
    {
        FactorX = Math.Max(1, (int)(sourceWidth / (double)targetWidth / ReducingGap));
        FactorY = Math.Max(1, (int)(sourceHeight / (double)targetHeight / ReducingGap));
        int reducedWidth = (sourceWidth + FactorX - 1) / FactorX;
        int reducedHeight = (sourceHeight + FactorY - 1) / FactorY;
        _horizontal = new LanczosAxis(reducedWidth, sourceWidth / (double)FactorX, targetWidth);
        _vertical = new LanczosAxis(reducedHeight, sourceHeight / (double)FactorY, targetHeight);
        Target = new byte[targetWidth * targetHeight * 3];
    }

    /// <summary>Whole-number reduction along x; every block but the last begins on a multiple of it.</summary>
    public int FactorX { get; }

    /// <summary>Whole-number reduction along y; every strip but the last has a multiple of it as height.</summary>
    public int FactorY { get; }

    /// <summary>The result: target height × width × 3 bytes, complete after the last strip.</summary>
    public byte[] Target { get; }

    /// <summary>Starts the next strip.</summary>
    /// <param name="rows">Its height in source px.</param>
    public void BeginStrip(int rows)
    {
        _stripRows = rows;
        int bytes = ReducedStripRows * _horizontal.InputSize * 3;
        if (_strip.Length < bytes)
        {
            _strip = new byte[bytes];
        }
    }

    /// <summary>Adds a block that spans the whole height of the strip.</summary>
    /// <param name="rgb">Strip height × width × 3 bytes.</param>
    /// <param name="x">Its left side in source px, a multiple of <see cref="FactorX"/>.</param>
    /// <param name="width">Its width in source px.</param>
    public void AddBlock(ReadOnlySpan<byte> rgb, int x, int width) =>
        BoxReduction.Reduce(rgb, width, _stripRows, FactorX, FactorY, _strip.AsSpan(x / FactorX * 3), _horizontal.InputSize * 3);

    /// <summary>Finishes the strip and writes the target rows that became possible.</summary>
    public void EndStrip()
    {
        int stride = _horizontal.OutputSize * 3;
        DropRowsNobodyNeeds(stride);
        int rows = ReducedStripRows;
        Grow(ref _window, (_windowRows + rows) * stride);
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> source = _strip.AsSpan(y * _horizontal.InputSize * 3, _horizontal.InputSize * 3);
            Span<byte> row = _window.AsSpan((_windowRows + y) * stride, stride);
            if (_horizontal.IsIdentity)
            {
                source.CopyTo(row);
            }
            else
            {
                LanczosPass.Row(source, _horizontal, row);
            }
        }

        _windowRows += rows;
        while (_nextTargetRow < _vertical.OutputSize && Last(_nextTargetRow) <= _windowStart + _windowRows)
        {
            int first = _vertical.Starts[_nextTargetRow] - _windowStart;
            LanczosPass.Column(_window.AsSpan(first * stride), _vertical.WeightsOf(_nextTargetRow), Target.AsSpan(_nextTargetRow * stride, stride));
            _nextTargetRow++;
        }
    }

    private int ReducedStripRows => (_stripRows + FactorY - 1) / FactorY;

    private int Last(int targetRow) => _vertical.Starts[targetRow] + _vertical.Counts[targetRow];

    private void DropRowsNobodyNeeds(int stride)
    {
        int needed = _nextTargetRow < _vertical.OutputSize ? _vertical.Starts[_nextTargetRow] : _windowStart + _windowRows;
        int dropped = Math.Min(needed - _windowStart, _windowRows);
        _window.AsSpan(dropped * stride, (_windowRows - dropped) * stride).CopyTo(_window);
        _windowStart += dropped;
        _windowRows -= dropped;
    }

    private static void Grow(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
        {
            Array.Resize(ref buffer, bytes);
        }
    }
}
