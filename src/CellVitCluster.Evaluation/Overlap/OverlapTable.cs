using CellVitCluster.Evaluation.Regions;

namespace CellVitCluster.Evaluation.Overlap;

/// <summary>
/// Areas of the cells of one image on both sides and the pixels they share: everything that the overlap and panoptic scores need, without
/// a pixel map. The cells of a side share no pixel with each other. Immutable.
/// </summary>
public sealed class OverlapTable
{
    private OverlapTable(IReadOnlyList<long> truthAreas, IReadOnlyList<long> predictionAreas, IReadOnlyList<SharedPixels> shared)
    {
        TruthAreas = truthAreas;
        PredictionAreas = predictionAreas;
        Shared = shared;
    }

    /// <summary>Pixels of each annotated cell, at least 1.</summary>
    public IReadOnlyList<long> TruthAreas { get; }

    /// <summary>Pixels of each predicted cell, at least 1.</summary>
    public IReadOnlyList<long> PredictionAreas { get; }

    /// <summary>Overlapping pairs by annotated, then predicted cell.</summary>
    public IReadOnlyList<SharedPixels> Shared { get; }

    /// <summary>Compares two sides; cells without any pixel do not take part.</summary>
    /// <param name="truths">Annotated cells, disjoint.</param>
    /// <param name="predictions">Predicted cells, disjoint.</param>
    public static OverlapTable Of(IReadOnlyList<PixelRegion> truths, IReadOnlyList<PixelRegion> predictions)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(predictions);
        var index = new RegionIndex(predictions);
        var shared = new List<SharedPixels>();
        for (int truth = 0; truth < truths.Count; truth++)
        {
            foreach (int prediction in index.Near(truths[truth]))
            {
                long pixels = truths[truth].CountShared(predictions[prediction]);
                if (pixels > 0)
                {
                    shared.Add(new SharedPixels(truth, prediction, pixels, truths[truth].Area + predictions[prediction].Area - pixels));
                }
            }
        }

        var whole = new OverlapTable([.. truths.Select(r => r.Area)], [.. predictions.Select(r => r.Area)], shared);
        return whole.Select(truth => whole.TruthAreas[truth] > 0, prediction => whole.PredictionAreas[prediction] > 0);
    }

    /// <summary>The same table with some of the cells; their indices are counted anew, in the same order.</summary>
    /// <param name="truth">Whether an annotated cell stays.</param>
    /// <param name="prediction">Whether a predicted cell stays.</param>
    public OverlapTable Select(Func<int, bool> truth, Func<int, bool> prediction)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(prediction);
        int[] newTruth = Renumber(TruthAreas.Count, truth), newPrediction = Renumber(PredictionAreas.Count, prediction);
        return new OverlapTable(
            [.. TruthAreas.Where((_, i) => newTruth[i] >= 0)],
            [.. PredictionAreas.Where((_, i) => newPrediction[i] >= 0)],
            [.. Shared.Where(s => newTruth[s.Truth] >= 0 && newPrediction[s.Prediction] >= 0)
                .Select(s => s with { Truth = newTruth[s.Truth], Prediction = newPrediction[s.Prediction] })]);
    }

    private static int[] Renumber(int count, Func<int, bool> stays)
    {
        int[] numbers = new int[count];
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            numbers[i] = stays(i) ? next++ : -1;
        }

        return numbers;
    }
}
