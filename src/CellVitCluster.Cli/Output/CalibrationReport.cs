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
    IReadOnlyList<CalibrationRow> Trials,
    CalibrationRow Reference);

/// <summary>One way of separating.</summary>
internal sealed record CalibrationRow(double Threshold, double F1, double Bpq)
{
    /// <summary>Row of a trial.</summary>
    public static CalibrationRow Of(SeparationTrial trial) => new(trial.Parameters.RidgeThreshold, Math.Round(trial.F1, 4), Math.Round(trial.Bpq, 4));
}
