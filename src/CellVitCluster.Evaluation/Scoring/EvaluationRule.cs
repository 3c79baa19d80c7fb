using System.Globalization;
using CellVitCluster.Evaluation.Pairing;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>Says in words which definitions a report rests on, so that numbers of different programs are not compared by accident.</summary>
internal static class EvaluationRule
{
    private const string Segmentation =
        " Segmentation: a pixel belongs to an outline when its center lies inside (even-odd) or on it; where cells of one side overlap, the later "
        + "one has the pixel. Dice of the foreground; AJI with re-use of predictions; AJI+ with the one-to-one assignment of largest IoU; bPQ, bDQ, "
        + "bSQ with matches at IoU above 0.5. Means over images; an image that is empty on both sides is left out, on one side counts 0.";

    private const string Classes =
        " Classes: names compare without regard to case. Detection per class with weights 2 (confusions) and 1 (unpaired), summed over images. "
        + "PQ of a class: mean over the images in which it is annotated; mPQ: mean over images of the mean over the classes annotated there; mPQ+: "
        + "mean over classes of the PQ of counts summed over all images. Annotated cells without class, and predictions that match one, do not "
        + "take part.";

    /// <summary>The rule of a report.</summary>
    public static string Of(IReadOnlyList<ImageScores> images, double radius, bool bothStateClasses, bool haveClassesInCommon)
    {
        string grouped = images.Any(i => i.IsPairedByGroups)
            ? string.Create(CultureInfo.InvariantCulture, $" Images with more than {CentroidPairing.WholeLimit} cells on a side: one assignment per group of cells connected within the radius.")
            : string.Empty;
        string detection = string.Create(
            CultureInfo.InvariantCulture,
            $"Detection: linear assignment with the smallest sum of centroid distances, pairs farther apart than {radius} px dropped, counts summed over images.{grouped}");
        return detection
            + (images.Any(i => i.Segmentation is not null) ? Segmentation : " Segmentation: not scored, a side has points only.")
            + (haveClassesInCommon ? Classes
                : bothStateClasses ? " Classes: not scored, the sides have no class in common."
                : " Classes: not scored, a side states none.");
    }
}
