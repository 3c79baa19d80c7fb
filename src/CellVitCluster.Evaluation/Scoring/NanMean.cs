namespace CellVitCluster.Evaluation.Scoring;

/// <summary>Mean of the values that are defined (spec/metrics.md, notation).</summary>
internal static class NanMean
{
    /// <summary>Arithmetic mean without NaN; NaN when nothing remains.</summary>
    public static double Of(IEnumerable<double> values) => values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
}
