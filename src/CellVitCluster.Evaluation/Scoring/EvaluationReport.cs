using CellVitCluster.Domain.Runs;
using CellVitCluster.Evaluation.Pairing;
using CellVitCluster.Evaluation.Panoptic;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>Scores over all images of two sides (docs/evaluation.md).</summary>
public sealed record EvaluationReport
{
    /// <summary>Images in order of their names.</summary>
    public required IReadOnlyList<ImageScores> Images { get; init; }

    /// <summary>Names that only one side has, with the side.</summary>
    public required IReadOnlyList<string> Unpaired { get; init; }

    /// <summary>Sums over the images.</summary>
    public required DetectionCounts Detection { get; init; }

    /// <summary>Means over the images with outlines; null when there is none.</summary>
    public required SegmentationScores? Segmentation { get; init; }

    /// <summary>Mean over images of the mean PQ over the classes annotated there; NaN without classes or outlines.</summary>
    public required double Mpq { get; init; }

    /// <summary>Mean over classes of the PQ of the counts summed over all images; NaN without classes or outlines.</summary>
    public required double MpqPlus { get; init; }

    /// <summary>Classes by name; empty when a side says nothing about classes, or the sides have no class in common.</summary>
    public required IReadOnlyList<ClassSummary> Classes { get; init; }

    /// <summary>The definitions used, in words.</summary>
    public required string Rule { get; init; }

    /// <summary>Sums and means.</summary>
    /// <param name="images">Scores of the images.</param>
    /// <param name="unpaired">Names that only one side has, with the side.</param>
    /// <param name="radius">Largest distance of paired centroids, px.</param>
    /// <param name="mode">How the images were compared.</param>
    public static EvaluationReport Of(IReadOnlyList<ImageScores> images, IReadOnlyList<string> unpaired, double radius, CompatibilityMode mode)
    {
        ArgumentNullException.ThrowIfNull(images);
        ClassSummary[] classes = [.. images.SelectMany(i => i.Classes.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => Summarize(name, images))];
        bool haveClassesInCommon = classes.Any(c => IsAnnotated(c) && IsPredicted(c));
        SegmentationScores[] segmented = [.. images.Select(i => i.Segmentation).OfType<SegmentationScores>()];
        return new EvaluationReport
        {
            Images = images,
            Unpaired = unpaired,
            Detection = images.Aggregate(default(DetectionCounts), (sum, image) => sum + image.Detection),
            Segmentation = segmented.Length == 0 ? null : SegmentationScores.MeanOf(segmented),
            Mpq = haveClassesInCommon ? NanMean.Of(images.Select(i => i.MeanQuality)) : double.NaN,
            MpqPlus = haveClassesInCommon ? NanMean.Of(classes.Select(c => c.Panoptic?.Quality ?? double.NaN)) : double.NaN,
            Classes = haveClassesInCommon ? classes : [],
            Rule = EvaluationRule.Of(images, radius, mode, classes.Length > 0, haveClassesInCommon),
        };
    }

    private static ClassSummary Summarize(string name, IReadOnlyList<ImageScores> images)
    {
        ClassScores[] scores = [.. images.Where(i => i.Classes.ContainsKey(name)).Select(i => i.Classes[name])];
        PanopticCounts[] panoptic = [.. scores.Select(s => s.Panoptic).OfType<PanopticCounts>()];
        return new ClassSummary(
            name,
            scores.Aggregate(default(ClassDetectionCounts), (sum, s) => sum + s.Detection),
            NanMean.Of(scores.Select(s => s.Quality)),
            panoptic.Length == 0 ? null : panoptic.Aggregate((a, b) => a + b));
    }

    private static bool IsAnnotated(ClassSummary c) => c.Detection.Agreed + c.Detection.OtherClass + c.Detection.Missed > 0;

    private static bool IsPredicted(ClassSummary c) => c.Detection.Agreed + c.Detection.WrongClass + c.Detection.Invented > 0;
}
