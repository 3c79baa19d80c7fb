using System.Globalization;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Evaluation.Pairing;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>Says in words which definitions a report rests on, so that numbers of different programs are not compared by accident.</summary>
internal static class EvaluationRule
{
    private const string Segmentation =
        " Segmentation: a pixel belongs to an outline when its center lies inside (even-odd) or on it; where cells of one side overlap, the later "
        + "one has the pixel. Dice of the foreground; AJI with re-use of predictions; AJI+ with the one-to-one assignment of largest IoU; bPQ, bDQ, "
        + "bSQ with matches at IoU above 0.5. Means over images;";

    private const string EmptyImages = " an image that is empty on both sides is left out, on one side counts 0.";

    private const string EmptyImagesAsPublished =
        " an image that is empty on both sides is left out of Dice and AJI, one without annotated cells out of bPQ, bDQ and bSQ.";

    private const string Classes =
        " Classes: names compare without regard to case. Detection per class with weights 2 (confusions) and 1 (unpaired), summed over images. "
        + "PQ of a class: mean over the images in which it is annotated; mPQ: mean over images of the mean over the classes annotated there; mPQ+: "
        + "mean over classes of the PQ of counts summed over all images. Annotated cells without class, and predictions that match one, do not "
        + "take part.";

    /// <summary>The rule of a report.</summary>
    public static string Of(IReadOnlyList<ImageScores> images, double radius, CompatibilityMode mode, bool bothStateClasses, bool haveClassesInCommon)
    {
        bool asPublished = mode == CompatibilityMode.Reference;
        return (asPublished ? DetectionAsPublished(images, radius) : Detection(radius))
            + (images.All(i => i.Segmentation is null) ? " Segmentation: not scored, a side has points only."
                : Segmentation + (asPublished ? EmptyImagesAsPublished : EmptyImages))
            + (haveClassesInCommon ? Classes
                : bothStateClasses ? " Classes: not scored, the sides have no class in common."
                : " Classes: not scored, a side states none.");
    }

    private static string Detection(double radius) => string.Create(
        CultureInfo.InvariantCulture,
        $"Detection: one-to-one pairs of centroids at most {radius} px apart, as many as possible, then with the smallest sum of distances; counts summed over images.");

    private static string DetectionAsPublished(IReadOnlyList<ImageScores> images, double radius)
    {
        string grouped = images.Any(i => Math.Max(i.Truths, i.Predictions) > CentroidPairing.WholeLimit)
            ? string.Create(CultureInfo.InvariantCulture, $" Images with more than {CentroidPairing.WholeLimit} cells on a side: one assignment per group of cells connected within the radius.")
            : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Detection, as published: linear assignment of all cells with the smallest sum of centroid distances, pairs farther apart than {radius} px dropped afterwards; an empty side counts as one cell at (0, 0); counts summed over images.{grouped}");
    }
}
