using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Domain.Cells;

/// <summary>One nucleus of a slide after the seams were resolved, in level-0 px.</summary>
public sealed record SlideCell
{
    /// <summary>Center of mass.</summary>
    public required SlidePoint Centroid { get; init; }

    /// <summary>Outer outline.</summary>
    public required SlidePolygon Outline { get; init; }

    /// <summary>Area of the nucleus in µm².</summary>
    public required double AreaSquareMicrons { get; init; }

    /// <summary>Length of the outline in µm.</summary>
    public required double PerimeterMicrons { get; init; }

    /// <summary>Largest distance between two points of the outline in µm.</summary>
    public required double MaxDiameterMicrons { get; init; }

    /// <summary>Roundness 4π·area/perimeter², 0 … 1 (1 for a disk).</summary>
    public required double Circularity { get; init; }

    /// <summary>
    /// Direction of the long axis of its pixels in degrees, 0 … 180 exclusive, from the x axis towards the y axis, which points down; 0 where no
    /// axis is the longest. Null when it is not known: the tile's result was computed by an earlier version.
    /// </summary>
    public double? OrientationDegrees { get; init; }

    /// <summary>
    /// Distance in µm between its box and the nearest side of its tile behind which the slide goes on: the larger, the more the network saw
    /// around it. 0 for a nucleus joined from parts. Null for a tile without such a side.
    /// </summary>
    public double? BorderDistanceMicrons { get; init; }

    /// <summary>Class id of the network's taxonomy.</summary>
    public required byte Class { get; init; }

    /// <summary>Share of the pixels that vote for <see cref="Class"/>, 0 … 1.</summary>
    public required double ClassShare { get; init; }

    /// <summary>Mean soft-max of its pixels by class id, background included; adds up to 1. Empty when it was not computed.</summary>
    public ReadOnlyMemory<float> ClassProbabilities { get; init; }

    /// <summary>Mean soft-max of <see cref="Class"/>; without <see cref="ClassProbabilities"/> the <see cref="ClassShare"/>. 0 … 1.</summary>
    public double ClassProbability => ClassProbabilities.IsEmpty ? ClassShare : ClassProbabilities.Span[Class];

    /// <summary>Mean probability of "nucleus" over the pixels, 0 … 1.</summary>
    public required float NucleusProbability { get; init; }

    /// <summary>What to know about the outline.</summary>
    public required CellFlags Flags { get; init; }

    /// <summary>Embedding: fp16 values of the mean ViT token under the nucleus.</summary>
    public required ReadOnlyMemory<Half> Token { get; init; }
}
