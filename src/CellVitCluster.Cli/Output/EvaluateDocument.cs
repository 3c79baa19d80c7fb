using System.Text.Json.Serialization;
using CellVitCluster.Evaluation.Scoring;

namespace CellVitCluster.Cli.Output;

/// <summary>JSON of <c>evaluate</c>; null is a score that is undefined or does not apply.</summary>
internal sealed record EvaluateDocument(
    EvaluateDetection Detection,
    EvaluateSegmentation Segmentation,
    IReadOnlyDictionary<string, EvaluateClass> Classes,
    string Rule,
    IReadOnlyList<EvaluateImage> Images,
    IReadOnlyList<string> Unpaired)
{
    public static EvaluateDocument Of(EvaluationReport report) => new(
        new EvaluateDetection(
            Defined(report.Detection.Precision),
            Defined(report.Detection.Recall),
            Defined(report.Detection.F1),
            report.Detection.TruePositives,
            report.Detection.FalsePositives,
            report.Detection.FalseNegatives),
        new EvaluateSegmentation(
            Defined(report.Segmentation?.Dice),
            Defined(report.Segmentation?.Aji),
            Defined(report.Segmentation?.AjiPlus),
            Defined(report.Segmentation?.Bpq),
            Defined(report.Segmentation?.Bdq),
            Defined(report.Segmentation?.Bsq),
            Defined(report.Mpq),
            Defined(report.MpqPlus)),
        report.Classes.ToDictionary(
            c => c.Name,
            c => new EvaluateClass(
                Defined(c.Detection.Precision),
                Defined(c.Detection.Recall),
                Defined(c.Detection.F1),
                Defined(c.MeanQuality),
                Defined(c.Panoptic?.Quality),
                Defined(c.Panoptic?.DetectionQuality),
                Defined(c.Panoptic?.SegmentationQuality)),
            StringComparer.Ordinal),
        report.Rule,
        [.. report.Images.Select(i => new EvaluateImage(
            i.Name, i.Truths, i.Predictions, Defined(i.Detection.F1), Defined(i.Segmentation?.Dice), Defined(i.Segmentation?.Aji), Defined(i.Segmentation?.Bpq)))],
        report.Unpaired);

    private static double? Defined(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}

/// <summary>Centroids, classes ignored.</summary>
internal sealed record EvaluateDetection(double? Precision, double? Recall, double? F1, int TruePositives, int FalsePositives, int FalseNegatives);

/// <summary>Outlines; the last two with classes.</summary>
internal sealed record EvaluateSegmentation(
    double? Dice, double? Aji, double? AjiPlus, double? Bpq, double? Bdq, double? Bsq, double? Mpq, double? MpqPlus);

/// <summary>One class: centroids, PQ as mean over images, and PQ+, DQ+, SQ+ of the summed counts.</summary>
internal sealed record EvaluateClass(double? Precision, double? Recall, double? F1, double? Pq, double? PqPlus, double? DqPlus, double? SqPlus);

/// <summary>One image: its name, annotated and found cells, scores.</summary>
internal sealed record EvaluateImage(string Name, int Truth, int Predicted, double? F1, double? Dice, double? Aji, double? Bpq);

/// <summary>Generated serializer that writes undefined scores as null, so that every key is always there.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(EvaluateDocument))]
internal sealed partial class EvaluateJson : JsonSerializerContext;
