using CellVitCluster.Slides.Reading;

namespace CellVitCluster.Slides.Tissue;

/// <summary>The thumbnail with white glass. Source: spec/inference.md §6.3.</summary>
/// <param name="rgb">Interleaved RGB.</param>
internal readonly ref struct WhiteGlass(ReadOnlySpan<byte> rgb) : IThumbnailView
{
    private readonly ReadOnlySpan<byte> _rgb = rgb;

    /// <inheritdoc/>
    public int Count => _rgb.Length / 3;

    /// <inheritdoc/>
    public (byte R, byte G, byte B) this[int pixel]
    {
        get
        {
            ReadOnlySpan<byte> color = _rgb.Slice(3 * pixel, 3);
            return GlassPixel.IsBackground(color[0], color[1], color[2]) ? ((byte)255, (byte)255, (byte)255) : (color[0], color[1], color[2]);
        }
    }
}
