namespace CellVitCluster.Detection;

/// <summary>
/// What the network says about each pixel of one tile (or of any image), as plain arrays: this is where the network library ends. All
/// arrays are row-major with <c>Height × Width</c> elements; the caller owns them and keeps them unchanged while they are used.
/// </summary>
public sealed record NetworkMaps
{
    /// <summary>Width in px.</summary>
    public required int Width { get; init; }

    /// <summary>Height in px.</summary>
    public required int Height { get; init; }

    /// <summary>1 where "nucleus" is more probable than "background", else 0; ties are background.</summary>
    public required byte[] Nucleus { get; init; }

    /// <summary>Horizontal distance map (x), unbounded regression around −1 … 1.</summary>
    public required float[] Horizontal { get; init; }

    /// <summary>Vertical distance map (y), unbounded regression around −1 … 1.</summary>
    public required float[] Vertical { get; init; }

    /// <summary>Most probable class per px; ties take the lower id.</summary>
    public required byte[] Class { get; init; }

    /// <summary>
    /// Soft-max of the class branch, one plane per class id, in units of 1/255 so that sums are exact; null when it was not kept. With it,
    /// <see cref="Class"/> is below the number of planes everywhere.
    /// </summary>
    public IReadOnlyList<byte[]>? ClassProbability { get; init; }

    /// <summary>Probability of "nucleus" per px, 0 … 1; null when it was not kept.</summary>
    public float[]? NucleusProbability { get; init; }
}
