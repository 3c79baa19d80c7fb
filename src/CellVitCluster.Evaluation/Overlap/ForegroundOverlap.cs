namespace CellVitCluster.Evaluation.Overlap;

/// <summary>Overlap of "any nucleus here" on both sides, instances ignored (spec/metrics.md §4).</summary>
/// <param name="TruthPixels">Annotated pixels.</param>
/// <param name="PredictionPixels">Predicted pixels.</param>
/// <param name="SharedPixels">Pixels of both.</param>
public readonly record struct ForegroundOverlap(long TruthPixels, long PredictionPixels, long SharedPixels)
{
    /// <summary>2 · shared / (sum of both); NaN when both sides are empty.</summary>
    public double Dice => 2.0 * SharedPixels / (TruthPixels + PredictionPixels);

    /// <summary>shared / union; NaN when both sides are empty.</summary>
    public double Jaccard => (double)SharedPixels / (TruthPixels + PredictionPixels - SharedPixels);

    /// <summary>Sums over the cells of one image.</summary>
    public static ForegroundOverlap Of(OverlapTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new(table.TruthAreas.Sum(), table.PredictionAreas.Sum(), table.Shared.Sum(s => s.Pixels));
    }
}
