using CellVitCluster.Inference.Calibration;

namespace CellVitCluster.Cli.Output;

/// <summary>JSON document of <c>models calibrate</c>; the names are a contract.</summary>
internal sealed record CalibrationReport(
    string Model,
    int Images,
    int Tiles,
    double SobelMinimum,
    double SobelMaximum,
    double Threshold,
    int MarkerMinimumPixels,
    IReadOnlyList<CalibrationRow> Trials,
    CalibrationRow Reference);

/// <summary>One way of separating.</summary>
internal sealed record CalibrationRow(double Threshold, int MarkerMinimumPixels, double F1, double Bpq)
{
    /// <summary>Row of a trial.</summary>
    public static CalibrationRow Of(SeparationTrial trial) => new(
        trial.Parameters.RidgeThreshold, trial.Parameters.MarkerMinimumPixels, Math.Round(trial.F1, 4), Math.Round(trial.Bpq, 4));
}
