using System.Buffers;

namespace CellVitCluster.Slides.Reading;

/// <summary>
/// Pillow's 8-bit Lanczos resize of interleaved RGB: rows first, stored as bytes, then columns. The weights are computed once, so keep the
/// object for pictures of one size. Immutable; calls from several threads are safe. Source: spec/inference.md §7.2.
/// </summary>
internal sealed class LanczosResampler
{
    private readonly LanczosAxis _horizontal;
    private readonly LanczosAxis _vertical;

    /// <summary>Prepares a resize of whole pictures.</summary>
    public LanczosResampler(int sourceWidth, int sourceHeight, int targetWidth, int targetHeight)
    {
        _horizontal = new LanczosAxis(sourceWidth, sourceWidth, targetWidth);
        _vertical = new LanczosAxis(sourceHeight, sourceHeight, targetHeight);
    }

    /// <summary>Resizes a picture.</summary>
    /// <param name="source">Source height × width × 3 bytes.</param>
    /// <param name="target">Receives target height × width × 3 bytes; must not overlap the source.</param>
    public void Resize(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int sourceStride = _horizontal.InputSize * 3;
        int targetStride = _horizontal.OutputSize * 3;
        if (_horizontal.IsIdentity)
        {
            ResizeColumns(source, target, targetStride);
            return;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(_vertical.InputSize * targetStride);
        try
        {
            for (int y = 0; y < _vertical.InputSize; y++)
            {
                LanczosPass.Row(source.Slice(y * sourceStride, sourceStride), _horizontal, rented.AsSpan(y * targetStride, targetStride));
            }

            ResizeColumns(rented, target, targetStride);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void ResizeColumns(ReadOnlySpan<byte> rows, Span<byte> target, int stride)
    {
        if (_vertical.IsIdentity)
        {
            rows[..(_vertical.OutputSize * stride)].CopyTo(target);
            return;
        }

        for (int y = 0; y < _vertical.OutputSize; y++)
        {
            LanczosPass.Column(rows[(_vertical.Starts[y] * stride)..], _vertical.WeightsOf(y), target.Slice(y * stride, stride));
        }
    }
}
