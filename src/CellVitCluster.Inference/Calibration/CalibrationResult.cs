using CellVitCluster.Detection.Separation;

namespace CellVitCluster.Inference.Calibration;

/// <summary>Outcome of a calibration.</summary>
/// <param name="Tiles">Tiles with nuclei that the range was measured on.</param>
/// <param name="Range">Medians of the tiles' smallest and largest responses.</param>
/// <param name="Trials">One trial per threshold, ascending.</param>
/// <param name="Reference">The published rule, for comparison: each tile scaled by its own extremes.</param>
public sealed record CalibrationResult(int Tiles, ResponseRange Range, IReadOnlyList<SeparationTrial> Trials, SeparationTrial Reference)
{
    /// <summary>The trial of highest merit; of equals the one with the lowest threshold.</summary>
    public SeparationTrial Best => Trials.MaxBy(trial => trial.Merit)!;
}
