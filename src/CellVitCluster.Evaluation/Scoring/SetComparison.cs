using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Evaluation.Reading;

namespace CellVitCluster.Evaluation.Scoring;

/// <summary>Compares the images of two sides, one image in memory at a time. Thread-safe.</summary>
public static class SetComparison
{
    /// <summary>Default of the radius, px: 12 at 0.25 µm/px (spec/metrics.md §2.1).</summary>
    public const double DefaultRadius = 12;

    /// <summary>Pairs images by name and scores them. One image on each side makes a pair whatever their names are.</summary>
    /// <param name="truths">Annotated images; names are unique.</param>
    /// <param name="predictions">Predicted images; names are unique.</param>
    /// <param name="radius">Largest distance of paired centroids, px; above 0.</param>
    /// <param name="mode">Whose definitions decide where the published programs have quirks; see <see cref="ImageComparison"/>.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <exception cref="CellVitException">An image cannot be read or compared, no names pair, or no cell is annotated.</exception>
    public static EvaluationReport Compare(
        IReadOnlyList<EvaluationSource> truths,
        IReadOnlyList<EvaluationSource> predictions,
        double radius,
        CompatibilityMode mode = CompatibilityMode.Default,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        (EvaluationSource Truth, EvaluationSource Prediction)[] pairs = truths.Count == 1 && predictions.Count == 1
            ? [(truths[0], predictions[0])]
            : [.. truths.Join(predictions, t => t.Name, p => p.Name, (t, p) => (t, p), StringComparer.Ordinal).OrderBy(pair => pair.t.Name, StringComparer.Ordinal)];
        if (pairs.Length == 0)
        {
            throw new CellVitException(
                ErrorCode.EvaluationImpossible,
                "Nothing can be evaluated.",
                $"No names pair: the truth has {Listed(truths)}, the prediction {Listed(predictions)}.",
                "Give files the same names (without endings) on both sides; a store goes by the name of its slide.");
        }

        var spellings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var scores = new List<ImageScores>();
        foreach ((EvaluationSource truth, EvaluationSource prediction) in pairs)
        {
            cancellation.ThrowIfCancellationRequested();
            scores.Add(ImageComparison.Compare(Respell(truth.Read(), spellings), Respell(prediction.Read(), spellings), radius, mode));
        }

        if (scores.Sum(s => (long)s.Truths) == 0)
        {
            throw new CellVitException(
                ErrorCode.EvaluationImpossible,
                "Nothing can be evaluated.",
                $"The annotation has no cell in any of the {pairs.Length} image(s) that pair.",
                "Check that --truth names the annotation.");
        }

        string[] unpaired =
        [
            .. truths.Except(pairs.Select(pair => pair.Truth)).Select(t => $"truth {t.Name}"),
            .. predictions.Except(pairs.Select(pair => pair.Prediction)).Select(p => $"prediction {p.Name}"),
        ];
        return EvaluationReport.Of(scores, unpaired, radius, mode);
    }

    /// <summary>Class names in the spelling met first.</summary>
    private static EvaluationImage Respell(EvaluationImage image, Dictionary<string, string> spellings)
    {
        string? Spelled(string? name)
        {
            if (name is not null && !spellings.TryAdd(name, name))
            {
                return spellings[name];
            }

            return name;
        }

        return image with { Cells = [.. image.Cells.Select(c => c with { ClassName = Spelled(c.ClassName) })] };
    }

    private static string Listed(IReadOnlyList<EvaluationSource> sources) =>
        string.Join(", ", sources.Take(3).Select(s => $"'{s.Name}'")) + (sources.Count > 3 ? $" and {sources.Count - 3} more" : string.Empty);
}
