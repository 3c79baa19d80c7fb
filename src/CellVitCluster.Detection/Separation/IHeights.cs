using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Separation;

/// <summary>Heights of a landscape, computed where they are needed.</summary>
internal interface IHeights
{
    /// <summary>Heights with the layout of <see cref="LabelImage"/>; defined for the runs that were computed.</summary>
    double[] Values { get; }

    /// <summary>Computes the heights of foreground runs.</summary>
    void Compute(ReadOnlySpan<PixelRun> runs);
}
