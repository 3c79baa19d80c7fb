using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Domain.Cells;

/// <summary>One nucleus as one tile saw it, in tile px at inference resolution.</summary>
public sealed record TileCell
{
    /// <summary>Smallest rectangle of whole pixels around the nucleus.</summary>
    public required TileRect Box { get; init; }

    /// <summary>Center of mass of its pixels (pixel centers at +0.5).</summary>
    public required TilePoint Centroid { get; init; }

    /// <summary>Outer outline.</summary>
    public required TileContour Contour { get; init; }

    /// <summary>Number of pixels.</summary>
    public required int AreaPixels { get; init; }

    /// <summary>Perimeter, diameter, roundness, orientation; null when the result file of an earlier version did not state them.</summary>
    public NucleusShape? Shape { get; init; }

    /// <summary>Class id of the network's taxonomy that most pixels vote for; see spec/inference.md §10.2.</summary>
    public required byte Class { get; init; }

    /// <summary>Share of the pixels that vote for <see cref="Class"/>, 0 … 1.</summary>
    public required double ClassShare { get; init; }

    /// <summary>Mean probability of "nucleus" over the pixels, 0 … 1; 0 when the maps carry no probabilities.</summary>
    public required float NucleusProbability { get; init; }
}
