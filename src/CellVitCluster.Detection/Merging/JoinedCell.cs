using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Merging;

/// <summary>A nucleus joined from the parts that several tiles saw, in grid px.</summary>
internal sealed record JoinedCell
{
    /// <summary>Interleaved x, y of the outline of the united pixels.</summary>
    public required double[] Outline { get; init; }

    /// <summary>Box around the united pixels.</summary>
    public required GridBox Box { get; init; }

    /// <summary>Center of mass of the united pixels.</summary>
    public required GridPoint Centroid { get; init; }

    /// <summary>Number of united pixels.</summary>
    public required int AreaPixels { get; init; }

    /// <summary>Direction of their long axis; see <see cref="Domain.Cells.NucleusShape"/>.</summary>
    public required float OrientationDegrees { get; init; }

    /// <summary>Class with the most votes over all parts.</summary>
    public required byte Class { get; init; }

    /// <summary>Its share of the votes, 0 … 1.</summary>
    public required double ClassShare { get; init; }

    /// <summary>Mean soft-max by class id; empty when a part has none.</summary>
    public required float[] ClassProbabilities { get; init; }

    /// <summary>Mean probability of "nucleus", 0 … 1.</summary>
    public required float NucleusProbability { get; init; }

    /// <summary>Mean embedding.</summary>
    public required Half[] Token { get; init; }
}
