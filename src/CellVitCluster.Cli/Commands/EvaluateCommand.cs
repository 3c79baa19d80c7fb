using System.CommandLine;
using System.Text.Json;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
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
        var json = CommonOptions.Json();
        var command = new Command(
            "evaluate",
            "Compares found cells with annotated ones: detection, segmentation, classes. docs/evaluation.md explains the numbers.\n\nExamples:\n"
            + "  cellvit evaluate --pred out/slide --truth slide.geojson\n  cellvit evaluate --pred out --truth tiles/inst --json")
        {
            prediction, truth, radius, layer, json,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                EvaluationReport report = Evaluate(
                    parsed.GetRequiredValue(prediction), parsed.GetRequiredValue(truth), parsed.GetValue(radius), parsed.GetValue(layer), cancellation);
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

    private static EvaluationReport Evaluate(string prediction, string truth, double radius, string? layer, CancellationToken cancellation)
    {
        if (!double.IsFinite(radius) || radius <= 0)
        {
            throw new ConfigurationException(
                "Nothing can be evaluated.", FormattableString.Invariant($"The radius is {radius} px, expected a number above 0."), "Correct --radius-px.");
        }

        var found = new EvaluationSide(prediction);
        var annotated = new EvaluationSide(truth);
        return SetComparison.Compare(
            annotated.Open(found.NumbersClasses, layer), found.Open(annotated.NumbersClasses, layer), radius, cancellation);
    }
}
