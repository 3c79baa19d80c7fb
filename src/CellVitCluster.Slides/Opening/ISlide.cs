using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;

namespace CellVitCluster.Slides.Opening;

/// <summary>
/// An open slide. Reads may be called from several threads at once. Label and macro images are never opened. Dispose it when no read is
/// under way.
/// </summary>
public interface ISlide : IDisposable
{
    /// <summary>Allow-listed properties.</summary>
    SlideMetadata Metadata { get; }

    /// <summary>Reads a rectangle of one pyramid level.</summary>
    /// <param name="x">Left side in level-0 px; may be negative.</param>
    /// <param name="y">Top side in level-0 px; may be negative.</param>
    /// <param name="level">Index into <see cref="SlideMetadata.Levels"/>.</param>
    /// <param name="width">Width in px of that level.</param>
    /// <param name="height">Height in px of that level.</param>
    /// <param name="rgb">
    /// Receives <c>height × width × 3</c> bytes, interleaved RGB, row by row. Transparent pixels and pixels outside the slide take the
    /// slide's background color (white unless the file says otherwise).
    /// </param>
    /// <exception cref="SlideUnreadableException">The region cannot be decoded (<see cref="ErrorCode.RegionUnreadable"/>).</exception>
    void Read(long x, long y, int level, int width, int height, Span<byte> rgb);
}
