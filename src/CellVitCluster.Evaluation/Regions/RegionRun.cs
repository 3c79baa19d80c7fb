namespace CellVitCluster.Evaluation.Regions;

/// <summary>Pixels of one row that belong to a region.</summary>
/// <param name="Y">Row.</param>
/// <param name="Start">First column.</param>
/// <param name="End">First column behind the run; larger than <paramref name="Start"/>.</param>
public readonly record struct RegionRun(int Y, int Start, int End)
{
    /// <summary>Number of pixels.</summary>
    public int Length => End - Start;
}
