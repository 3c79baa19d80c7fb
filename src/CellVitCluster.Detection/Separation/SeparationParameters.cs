namespace CellVitCluster.Detection.Separation;

/// <summary>How touching nuclei are separated (spec/inference.md §9). Immutable and shareable between threads.</summary>
public sealed record SeparationParameters
{
    /// <summary>
    /// The default: responses are scaled by one fixed range, so that a nucleus is separated in the same way wherever it lies in a tile and
    /// whatever else lies there. Range and threshold are those of cards that do not state their own.
    /// </summary>
    public static SeparationParameters Default { get; } = new() { Range = new ResponseRange(-8.6e10, 9.2e10), RidgeThreshold = 0.50 };

    /// <summary>The published program's rule: maps and responses are scaled by the minimum and maximum of the tile.</summary>
    public static SeparationParameters Reference { get; } = new() { RidgeThreshold = 0.4 };

    /// <summary>Foreground components of fewer pixels are no nuclei; px, at least 1.</summary>
    public int MinimumObjectPixels { get; init; } = 10;

    /// <summary>Markers of fewer pixels are dropped; px, at least 1.</summary>
    public int MarkerMinimumPixels { get; init; } = 10;

    /// <summary>Side of the Sobel kernel in px; odd, 3 … 31.</summary>
    public int SobelSize { get; init; } = 21;

    /// <summary>
    /// Fixed range of the responses to the raw maps; null scales maps and responses by the tile's own extremes instead, and resolves equal
    /// heights in the watershed in the published program's order, which depends on the whole tile.
    /// </summary>
    public ResponseRange? Range { get; init; }

    /// <summary>Height of the ridge between nuclei, 0 … 1, from which on a pixel belongs to no marker.</summary>
    public required double RidgeThreshold { get; init; }

    /// <summary>
    /// Px around a nucleus that can influence it when <see cref="Range"/> is fixed: half the Sobel kernel, measured from the box of its 8-connected
    /// foreground component and of every component that encloses that; see <see cref="HoverSeparator"/>.
    /// </summary>
    public int ReachPixels => SobelSize / 2;
}
