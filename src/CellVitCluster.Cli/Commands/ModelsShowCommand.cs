using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CellVitCluster.Cli.Models;
using CellVitCluster.Cli.Output;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit models show</c>: everything known about a model or checkpoint file.</summary>
internal static class ModelsShowCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("NAME|FILE") { Description = "Installed or registered model, model card, or checkpoint of any kind." };
        var json = CommonOptions.Json();
        var command = new Command(
            "show",
            "Shows a model's card, size, parameters, classes and license. Files are only described, never run.\n\nExamples:\n"
            + "  cellvit models show starter\n  cellvit models show weights.pth --json")
        {
            model, json,
        };
        command.SetAction(parsed =>
        {
            ModelReport report = ModelDescription.Describe(parsed.GetRequiredValue(model));
            if (parsed.GetValue(json))
            {
                Terminal.Results.WriteLine(JsonSerializer.Serialize(report, ModelsJson.Default.ModelReport));
            }
            else
            {
                Print(report);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(ModelReport report)
    {
        Line("name", report.Name);
        Line("kind", report.Kind);
        Line("architecture", report.Architecture);
        Line("backbone", report.Backbone);
        Line("problem", report.Problem);
        Line("file", report.Path);
        Line("url", report.Url);
        Line("sha256", report.Sha256);
        Line("size", report.Bytes is long bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB") : null);
        Line("parameters", report.Parameters?.ToString("N0", CultureInfo.InvariantCulture));
        Line("tensors", report.Tensors is int tensors ? $"{tensors} ({string.Join(", ", report.ElementTypes ?? [])})" : null);
        Line("depth", report.Depth?.ToString(CultureInfo.InvariantCulture));
        Line("heads", report.Heads?.ToString(CultureInfo.InvariantCulture));
        Line("token width", report.EmbeddingWidth?.ToString(CultureInfo.InvariantCulture));
        Line("patch", report.PatchSize is int patch ? $"{patch} px" : null);
        Line("tile", report.TileSize is int tile ? string.Create(CultureInfo.InvariantCulture, $"{tile} px at {report.MicronsPerPixel} µm/px") : null);
        Line("mean", Numbers(report.Mean));
        Line("deviation", Numbers(report.StandardDeviation));
        Line("classes", report.Classes is { } classes ? $"{string.Join(", ", classes)}{(report.Taxonomy is { } name ? $" ({name})" : string.Empty)}" : null);
        Line("trained on", report.TrainingData);
        Line("license", report.License);
        Line("terms", report.Terms);
        Line("attribution", report.Attribution);
        Line("limits", report.Limits);
    }

    private static string? Numbers(IReadOnlyList<float>? values) =>
        values is null ? null : string.Join(", ", values.Select(v => v.ToString(CultureInfo.InvariantCulture)));

    private static void Line(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Terminal.Results.WriteLine($"{name,-15}{value}");
        }
    }
}
