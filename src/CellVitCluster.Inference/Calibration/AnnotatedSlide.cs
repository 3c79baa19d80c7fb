using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Evaluation.Reading;

namespace CellVitCluster.Inference.Calibration;

/// <summary>A slide or picture with the nuclei that people found in it.</summary>
/// <param name="Slide">The slide.</param>
/// <param name="Truth">Its annotation, in level-0 px.</param>
public sealed record AnnotatedSlide(SlideSource Slide, EvaluationSource Truth)
{
    /// <summary>Pairs slides and annotations by file name; one of each makes a pair whatever their names are.</summary>
    /// <returns>Pairs by name; at least one.</returns>
    /// <exception cref="ConfigurationException">No names pair.</exception>
    public static IReadOnlyList<AnnotatedSlide> Pair(IReadOnlyList<SlideSource> slides, IReadOnlyList<EvaluationSource> truths)
    {
        ArgumentNullException.ThrowIfNull(slides);
        ArgumentNullException.ThrowIfNull(truths);
        AnnotatedSlide[] pairs = slides.Count == 1 && truths.Count == 1
            ? [new AnnotatedSlide(slides[0], truths[0])]
            : [.. slides.Join(truths, s => s.Stem, t => t.Name, (s, t) => new AnnotatedSlide(s, t), StringComparer.Ordinal).OrderBy(p => p.Truth.Name, StringComparer.Ordinal)];
        return pairs.Length > 0
            ? pairs
            : throw new ConfigurationException(
                "Nothing can be calibrated.",
                $"None of the {slides.Count} images has the name of one of the {truths.Count} annotations ('{slides[0].Stem}', '{truths[0].Name}', …).",
                "Give an image and its annotation the same name (without endings).");
    }
}
