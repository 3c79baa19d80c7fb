using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Domain.Slides;

/// <summary>
/// What is kept of a slide's properties. An allow-list: scanner files also carry names, dates and comments that identify patients, and
/// those never leave the reader.
/// </summary>
public sealed record SlideMetadata
{
    /// <summary>Scanner vendor or "image" for plain pictures.</summary>
    public required string Vendor { get; init; }

    /// <summary>Level-0 width in px.</summary>
    public required int Width { get; init; }

    /// <summary>Level-0 height in px.</summary>
    public required int Height { get; init; }

    /// <summary>Pyramid levels, the largest first.</summary>
    public required IReadOnlyList<SlideLevel> Levels { get; init; }

    /// <summary>Area with content in level-0 px: the scanner's bounds, or the whole slide.</summary>
    public required SlideRect ActiveArea { get; init; }

    /// <summary>Pixel size of level 0, or null when neither the user nor the file states one.</summary>
    public required Mpp? Mpp { get; init; }

    /// <summary>Where <see cref="Mpp"/> comes from, in words ("--mpp", "openslide.mpp-x", "TIFF resolution", …), or null.</summary>
    public required string? MppOrigin { get; init; }

    /// <summary>Objective power, stated or inferred from the pixel size; null when unknown.</summary>
    public required double? Magnification { get; init; }
}

/// <summary>One level of a slide's pyramid.</summary>
/// <param name="Width">Width in px of that level.</param>
/// <param name="Height">Height in px of that level.</param>
/// <param name="Downsample">Level-0 px per px of that level.</param>
public sealed record SlideLevel(int Width, int Height, double Downsample);
