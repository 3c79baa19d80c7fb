using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;

namespace CellVitCluster.Store.Cells;

/// <summary>One row of <c>cells.parquet</c>. Lengths are stored in single precision.</summary>
public sealed record StoredCell
{
    /// <summary>Id, unique within the slide.</summary>
    public required CellId Id { get; init; }

    /// <summary>Row in the store: also the row of the cell's embedding.</summary>
    public required long Row { get; init; }

    /// <summary>Center of mass in level-0 px.</summary>
    public required SlidePoint Centroid { get; init; }

    /// <summary>Outer outline in level-0 px.</summary>
    public required SlidePolygon Outline { get; init; }

    /// <summary>Area in µm².</summary>
    public required float AreaSquareMicrons { get; init; }

    /// <summary>Length of the outline in µm.</summary>
    public required float PerimeterMicrons { get; init; }

    /// <summary>Largest distance between two points of the outline in µm.</summary>
    public required float MaxDiameterMicrons { get; init; }

    /// <summary>Roundness, 0 … 1.</summary>
    public required float Circularity { get; init; }

    /// <summary>
    /// Direction of the long axis in degrees, 0 … 180 exclusive, from the x axis towards the y axis, which points down; NaN when not known.
    /// </summary>
    public required float OrientationDegrees { get; init; }

    /// <summary>
    /// Distance in µm to the nearest side of the tile it was seen in behind which the slide goes on; NaN without such a side, or when not known.
    /// </summary>
    public required float BorderDistanceMicrons { get; init; }

    /// <summary>Class id of the segmentation network's taxonomy.</summary>
    public required byte Class { get; init; }

    /// <summary>Mean soft-max of <see cref="Class"/>, 0 … 1; where it was not computed, the share of the pixels that vote for it.</summary>
    public required float ClassProbability { get; init; }

    /// <summary>Share of the pixels that vote for <see cref="Class"/>, 0 … 1; NaN in stores of earlier writers.</summary>
    public required float ClassShare { get; init; }

    /// <summary>Probabilities of all classes by id, when the cell was read together with a class layer; else empty.</summary>
    public IReadOnlyList<float> ClassProbabilities { get; init; } = [];

    /// <summary>Mean probability of "nucleus" over the pixels, 0 … 1.</summary>
    public required float NucleusProbability { get; init; }

    /// <summary>What to know about the outline.</summary>
    public required CellFlags Flags { get; init; }
}
