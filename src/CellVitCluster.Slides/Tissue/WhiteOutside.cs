namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// The thumbnail with everything outside a mask white: every channel that is not zero, one by one, as the published program does it. Source:
/// spec/inference.md §6.3.
/// </summary>
/// <param name="rgb">Interleaved RGB.</param>
/// <param name="mask">A mask of its size; 1 is inside.</param>
internal readonly ref struct WhiteOutside(ReadOnlySpan<byte> rgb, BinaryMask mask) : IThumbnailView
{
    private readonly ReadOnlySpan<byte> _rgb = rgb;
    private readonly ReadOnlySpan<byte> _mask = mask.Pixels;

    /// <inheritdoc/>
    public int Count => _rgb.Length / 3;

    /// <inheritdoc/>
    public (byte R, byte G, byte B) this[int pixel]
    {
        get
        {
            ReadOnlySpan<byte> color = _rgb.Slice(3 * pixel, 3);
            return _mask[pixel] == 0 ? (Whiten(color[0]), Whiten(color[1]), Whiten(color[2])) : (color[0], color[1], color[2]);
        }
    }

    private static byte Whiten(byte channel) => channel > 0 ? (byte)255 : (byte)0;
}
