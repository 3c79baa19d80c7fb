using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Evaluation.Compat;
using CellVitCluster.Evaluation.Overlap;
using CellVitCluster.Evaluation.Pairing;
using CellVitCluster.Evaluation.Panoptic;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.Evaluation.Regions;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>Compares both sides of one image. Memory in proportion to the cells. Thread-safe.</summary>
public static class ImageComparison
{
    /// <summary>Scores one image.</summary>
    /// <param name="truth">Annotated cells.</param>
    /// <param name="prediction">Predicted cells.</param>
    /// <param name="radius">Largest distance of paired centroids, px.</param>
    /// <param name="mode">
    /// Reference: centroids are paired as published, an empty side has a stand-in cell at the corner, and an image without annotated cells has
    /// no bPQ.
    /// </param>
    /// <exception cref="CellVitException"><see cref="ErrorCode.EvaluationImpossible"/>: maps of different sizes, or too many cells hang together.</exception>
    public static ImageScores Compare(EvaluationImage truth, EvaluationImage prediction, double radius, CompatibilityMode mode = CompatibilityMode.Default)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(prediction);
        RequireEqualSizes(truth, prediction);
        try
        {
            (IReadOnlyList<EvaluationCell> truths, IReadOnlyList<EvaluationCell> predictions) = (truth.Cells, prediction.Cells);
            if (mode == CompatibilityMode.Reference)
            {
                (truths, predictions) = (ReferenceStandIn.For(truths), ReferenceStandIn.For(predictions));
            }

            SlidePoint[] annotated = [.. truths.Select(c => c.Centroid)], found = [.. predictions.Select(c => c.Centroid)];
            CellPairing pairing = mode == CompatibilityMode.Reference
                ? CentroidPairing.PairAsPublished(annotated, found, radius)
                : CentroidPairing.Pair(annotated, found, radius);
            VisibleCells? cells = truth.HasRegions && prediction.HasRegions ? VisibleCells.Of(truth, prediction) : null;
            return new ImageScores(
                truth.Name,
                truth.Cells.Count,
                prediction.Cells.Count,
                DetectionCounts.Of(pairing),
                cells is null ? null : SegmentationScores.Of(cells.Table, mode),
                truth.HasClasses && prediction.HasClasses ? CompareClasses(truths, predictions, pairing, cells) : new Dictionary<string, ClassScores>(StringComparer.Ordinal));
        }
        catch (CellVitException e) when (e.Code == ErrorCode.EvaluationImpossible)
        {
            throw new CellVitException(e.Code, $"Image '{truth.Name}' cannot be evaluated.", e.Why, e.Remedy, e);
        }
    }

    private static void RequireEqualSizes(EvaluationImage truth, EvaluationImage prediction)
    {
        if ((truth.Width ?? prediction.Width) != (prediction.Width ?? truth.Width) || (truth.Height ?? prediction.Height) != (prediction.Height ?? truth.Height))
        {
            throw new CellVitException(
                ErrorCode.EvaluationImpossible,
                $"Image '{truth.Name}' cannot be evaluated.",
                $"'{truth.Path}' has {truth.Width} × {truth.Height} px, '{prediction.Path}' has {prediction.Width} × {prediction.Height} px.",
                "Bring both sides to the same pixels.");
        }
    }

    private static SortedDictionary<string, ClassScores> CompareClasses(
        IReadOnlyList<EvaluationCell> annotated, IReadOnlyList<EvaluationCell> found, CellPairing pairing, VisibleCells? cells)
    {
        string?[] truths = [.. annotated.Select(c => c.ClassName)], predictions = [.. found.Select(c => c.ClassName)];
        var scores = new SortedDictionary<string, ClassScores>(StringComparer.Ordinal);
        foreach (string name in truths.Concat(predictions).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            scores.Add(name, new ClassScores(
                ClassDetectionCounts.Of(pairing, truths, predictions, name), cells?.CountsOf(name), truths.Contains(name, StringComparer.Ordinal)));
        }

        return scores;
    }

    /// <summary>Cells that have pixels left where later ones lie above them, with their classes.</summary>
    private sealed record VisibleCells(OverlapTable Table, string?[] Truths, string?[] Predictions)
    {
        /// <summary>Predictions whose match has no class: nobody knows whether theirs is right.</summary>
        private readonly HashSet<int> _unjudged = [.. PanopticMatching.Of(Table).Pairs.Where(p => Truths[p.Truth] is null).Select(p => p.Prediction)];

        public static VisibleCells Of(EvaluationImage truth, EvaluationImage prediction)
        {
            IReadOnlyList<PixelRegion> truths = Regions(truth), predictions = Regions(prediction);
            return new VisibleCells(OverlapTable.Of(truths, predictions), Classes(truth, truths), Classes(prediction, predictions));
        }

        public PanopticCounts CountsOf(string name) =>
            PanopticMatching.Of(Table.Select(t => Truths[t] == name, p => Predictions[p] == name && !_unjudged.Contains(p))).Counts;

        private static IReadOnlyList<PixelRegion> Regions(EvaluationImage image) => VisibleRegions.Of([.. image.Cells.Select(c => c.Region!)]);

        private static string?[] Classes(EvaluationImage image, IReadOnlyList<PixelRegion> visible) =>
            [.. image.Cells.Where((_, i) => visible[i].Area > 0).Select(c => c.ClassName)];
    }
}
