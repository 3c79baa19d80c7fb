using CellVitCluster.Detection;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.Evaluation.Scoring;
using CellVitCluster.Inference.Batching;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Reading;
using CellVitCluster.Slides.Surveying;

namespace CellVitCluster.Inference.Calibration;

/// <summary>
/// Finds the constants of the separation that belong to a network, on annotated slides analyzed as in a run. The published rule scales the
/// Sobel responses of each tile by the tile's extremes; the range is what those extremes usually are, their medians. Threshold and smallest
/// marker are the pair that finds and outlines best. Two passes over the slides, so that memory holds one tile's maps and not the set's.
/// </summary>
/// <param name="network">Network; stays the caller's.</param>
public sealed class SeparationCalibration(NetworkRunner network)
{
    /// <summary>Radius within which a found nucleus is an annotated one, in µm (12 px at 0.25 µm/px).</summary>
    public const double RadiusMicrons = 3;

    /// <summary>Digits of the range that are kept: more would say more than the medians do.</summary>
    private const int Digits = 2;

    private readonly SeparationWorkspace _workspace = new();

    /// <summary>Thresholds that are tried, ascending.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [.. Enumerable.Range(0, 17).Select(step => 0.40 + (step * 0.0125))];

    /// <summary>Smallest markers that are tried, px, ascending; the first is the published one.</summary>
    public static IReadOnlyList<int> Markers { get; } = [10, 20, 30, 40, 50, 60];

    /// <summary>Runs both passes.</summary>
    /// <param name="slides">Annotated slides that the network was not trained on.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    /// <exception cref="CellVitException">A slide or annotation cannot be read, or the network finds no nucleus in any of them.</exception>
    public CalibrationResult Run(IReadOnlyList<AnnotatedSlide> slides, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(slides);
        ResponseRange[] extremes = [.. slides.SelectMany(slide => Measure(slide, cancellation))];
        if (extremes.Length == 0)
        {
            throw new ConfigurationException(
                "Nothing can be calibrated.",
                $"The network finds no nucleus in the {slides.Count} images.",
                "Use images with nuclei at the model's resolution; --mpp states the pixel size of pictures.");
        }

        var range = new ResponseRange(
            Round(Median([.. extremes.Select(e => e.Low)])), Round(Median([.. extremes.Select(e => e.High)])));
        SeparationParameters[] ways =
        [
            .. Thresholds.SelectMany(threshold => Markers.Select(marker =>
                SeparationParameters.Default with { Range = range, RidgeThreshold = threshold, MarkerMinimumPixels = marker })),
            SeparationParameters.Reference,
        ];
        var scores = ways.Select(_ => new List<ImageScores>()).ToArray();
        double radius = 0;
        foreach (AnnotatedSlide slide in slides)
        {
            (EvaluationImage[] found, radius) = Detect(slide, ways, cancellation);
            EvaluationImage truth = slide.Truth.Read();
            for (int i = 0; i < ways.Length; i++)
            {
                scores[i].Add(ImageComparison.Compare(truth, found[i], radius));
            }
        }

        if (scores[0].Sum(image => (long)image.Truths) == 0)
        {
            throw new ConfigurationException(
                "Nothing can be calibrated.", $"The annotations of the {slides.Count} images hold no nucleus.", "Check that --truth names the annotations.");
        }

        SeparationTrial[] trials =
            [.. ways.Select((way, i) => new SeparationTrial(way, EvaluationReport.Of(scores[i], [], radius, CompatibilityMode.Default)))];
        return new CalibrationResult(extremes.Length, range, trials[..^1], trials[^1]);
    }

    /// <summary>Extremes of the tiles that show a nucleus: elsewhere the distance maps are noise.</summary>
    private IEnumerable<ResponseRange> Measure(AnnotatedSlide annotated, CancellationToken cancellation)
    {
        using ISlide slide = SlideOpener.Open(annotated.Slide);
        TilePlan plan = SlideSurveyor.Survey(slide, CompatibilityMode.Default).Plan;
        foreach ((_, NetworkResult result) in Maps(slide, plan, cancellation))
        {
            if (NucleusExtractor.Extract(result.Maps, SeparationParameters.Default, CompatibilityMode.Default, _workspace).Cells.Count > 0)
            {
                yield return ResponseRange.Of(result.Maps, SeparationParameters.Default.SobelSize, _workspace);
            }
        }
    }

    /// <summary>The nuclei of a slide, once per way of separating them.</summary>
    private (EvaluationImage[] Found, double Radius) Detect(AnnotatedSlide annotated, SeparationParameters[] ways, CancellationToken cancellation)
    {
        using ISlide slide = SlideOpener.Open(annotated.Slide);
        TilePlan plan = SlideSurveyor.Survey(slide, CompatibilityMode.Default).Plan;
        SeamMerger[] mergers = [.. ways.Select(_ => new SeamMerger(plan))];
        List<EvaluationCell>[] cells = [.. ways.Select(_ => new List<EvaluationCell>())];
        foreach ((TileId tile, NetworkResult result) in Maps(slide, plan, cancellation))
        {
            for (int i = 0; i < ways.Length; i++)
            {
                IReadOnlyList<TileCell> found = NucleusExtractor.Extract(result.Maps, ways[i], CompatibilityMode.Default, _workspace).Cells;
                cells[i].AddRange(mergers[i].Add(new TileCells(tile, found, tokenWidth: 0, [])).Select(ToEvaluation));
            }
        }

        EvaluationImage[] images =
        [
            .. ways.Select((_, i) => new EvaluationImage
            {
                Name = annotated.Truth.Name,
                Path = annotated.Slide.Path,
                Cells = [.. cells[i], .. mergers[i].Complete().Select(ToEvaluation)],
                HasClasses = false,
            }),
        ];
        return (images, RadiusMicrons / plan.Grid.BaseMpp.MicronsPerPixel);
    }

    /// <summary>Maps of the tiles, one at a time; each is valid until the next is asked for.</summary>
    private IEnumerable<(TileId Tile, NetworkResult Result)> Maps(ISlide slide, TilePlan plan, CancellationToken cancellation)
    {
        var reader = new TileReader(slide, plan.Grid, CompatibilityMode.Default);
        foreach (TileId tile in plan.Tiles)
        {
            cancellation.ThrowIfCancellationRequested();
            using TilePixels? pixels = reader.Read(tile);
            if (pixels is not null)
            {
                using NetworkResult result = network.Run([pixels])[0];
                yield return (tile, result);
            }
        }
    }

    private static EvaluationCell ToEvaluation(SlideCell cell) => EvaluationCell.FromRings([cell.Outline.ToArray()], className: null);

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static double Round(double value)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - Digits + 1);
        return Math.Round(value / unit) * unit;
    }
}
