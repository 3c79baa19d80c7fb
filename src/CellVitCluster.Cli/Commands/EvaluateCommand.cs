using System.CommandLine;
using System.Text.Json;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.Evaluation.Scoring;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit evaluate</c>: how well do found cells match annotated ones?</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var prediction = new Option<string>("--pred") { Description = "Found cells: a store, GeoJSON, label maps (PNG, .npy), or a folder of them.", HelpName = "STORE|GEOJSON|MASKS", Required = true };
        var truth = new Option<string>("--truth") { Description = "Annotated cells: GeoJSON, label maps, or a folder of them; class maps lie in types/ beside inst/.", HelpName = "GEOJSON|MASKS", Required = true };
        var radius = new Option<double>("--radius-px") { Description = "Largest distance of paired centroids in pixels: 12 at 0.25 µm/px, 6 at 0.5.", HelpName = "R", DefaultValueFactory = _ => SetComparison.DefaultRadius };
        var layer = CommonOptions.Layer();
        var compat = new Option<string?>("--compat") { Description = "'reference': the published programs' rules of pairing and of empty images.", HelpName = "reference" };
        compat.AcceptOnlyFromAmong("reference");
        var json = CommonOptions.Json();
        var command = new Command(
            "evaluate",
            "Compares found cells with annotated ones: detection, segmentation, classes. docs/evaluation.md explains the numbers.\n\nExamples:\n"
            + "  cellvit evaluate --pred out/slide --truth slide.geojson\n  cellvit evaluate --pred out --truth tiles/inst --json")
        {
            prediction, truth, radius, layer, compat, json,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                double reach = Positive(parsed.GetValue(radius));
                (IReadOnlyList<EvaluationSource> annotated, IReadOnlyList<EvaluationSource> found) = Open(
                    parsed.GetRequiredValue(truth), parsed.GetRequiredValue(prediction), parsed.GetValue(layer));
                EvaluationReport report = SetComparison.Compare(
                    annotated,
                    found,
                    reach,
                    parsed.GetValue(compat) is null ? CompatibilityMode.Default : CompatibilityMode.Reference,
                    cancellation);
                if (parsed.GetValue(json))
                {
                    Terminal.Results.WriteLine(JsonSerializer.Serialize(EvaluateDocument.Of(report), EvaluateJson.Default.EvaluateDocument));
                }
                else
                {
                    EvaluationTable.Print(report, Terminal.Results);
                }

                return ExitCodes.Done;
            },
            cancellation));
        return command;
    }

    private static (IReadOnlyList<EvaluationSource> Truths, IReadOnlyList<EvaluationSource> Predictions) Open(string truth, string prediction, string? layer)
    {
        var annotated = new EvaluationSide(truth);
        var found = new EvaluationSide(prediction);
        return (annotated.Open(found.NumbersClasses, layer), found.Open(annotated.NumbersClasses, layer));
    }

    private static double Positive(double radius) => double.IsFinite(radius) && radius > 0
        ? radius
        : throw new ConfigurationException(
            "Nothing can be evaluated.", FormattableString.Invariant($"The radius is {radius} px, expected a number above 0."), "Correct --radius-px.");
}
