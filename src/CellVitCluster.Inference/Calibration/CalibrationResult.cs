using CellVitCluster.Detection.Separation;

namespace CellVitCluster.Inference.Calibration;

/// <summary>Outcome of a calibration.</summary>
/// <param name="Tiles">Tiles with nuclei that the range was measured on.</param>
/// <param name="Range">Medians of the tiles' smallest and largest responses.</param>
/// <param name="Trials">One trial per threshold and smallest marker, ascending.</param>
/// <param name="Reference">The published rule, for comparison: each tile scaled by its own extremes.</param>
public sealed record CalibrationResult(int Tiles, ResponseRange Range, IReadOnlyList<SeparationTrial> Trials, SeparationTrial Reference)
{
    /// <summary>
    /// The trial of highest merit, its own and that of the next lower and higher threshold taken together: with few annotated tiles a single
    /// value is noisy, and a good threshold has good neighbors. Of equals the first; outermost thresholds have no two neighbors and never win.
    /// </summary>
    public SeparationTrial Best => Trials
        .GroupBy(trial => trial.Parameters.MarkerMinimumPixels)
        .SelectMany(marker =>
        {
            SeparationTrial[] row = [.. marker];
            return Enumerable.Range(1, row.Length - 2).Select(i => (Trial: row[i], Merit: row[i - 1].Merit + row[i].Merit + row[i + 1].Merit));
        })
        .MaxBy(candidate => candidate.Merit).Trial;
}
