using System.CommandLine;
using System.Text.Json;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.Inference.Batching;
using CellVitCluster.Inference.Calibration;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;
using CellVitCluster.Slides.Lists;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit models calibrate</c>: the constants of the separation that belong to a network.</summary>
internal static class ModelsCalibrateCommand
{
    public static Command Create()
    {
        var model = new Argument<string?>("CARD|FILE") { Description = "Model card, its name, or a checkpoint. Default: the starter model.", Arity = ArgumentArity.ZeroOrOne };
        var images = new Option<string[]>("--images") { Description = "Annotated slides or pictures, or a folder of them, that the model was not trained on.", HelpName = "SLIDE|FOLDER", Required = true };
        var truth = new Option<string>("--truth") { Description = "Their nuclei: GeoJSON or label maps of the same names.", HelpName = "GEOJSON|MASKS", Required = true };
        var mpp = CommonOptions.Mpp();
        var device = CommonOptions.Device();
        var output = new Option<FileInfo?>("--out") { Description = "Model card to write, with the constants found. Default: they are only printed.", HelpName = "CARD.json" };
        var json = CommonOptions.Json();
        var command = new Command(
            "calibrate",
            "Derives the constants that separate touching nuclei from annotated images, and compares with the published rule.\n\nExample:\n"
            + "  cellvit models calibrate starter --images val/images --truth val/inst --mpp 0.25 --out starter.json")
        {
            model, images, truth, mpp, device, output, json,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                ModelCard card = ModelCatalog.Installed.Resolve(parsed.GetValue(model));
                IReadOnlyList<SlideSource> slides = SlideFinder.Find(
                    parsed.GetRequiredValue(images), parsed.GetValue(mpp) is double value ? new Mpp(value) : null, magnification: null);
                IReadOnlyList<AnnotatedSlide> annotated = AnnotatedSlide.Pair(slides, EvaluationFiles.Find(parsed.GetRequiredValue(truth)));
                CalibrationResult result = Calibrate(card, parsed.GetRequiredValue(device), annotated, cancellation);
                ModelCard calibrated = card with
                {
                    Separation = CardSeparation.ConstantsOf(result.Best.Parameters),
                };
                Print(annotated.Count, result, card, parsed.GetValue(json));
                if (parsed.GetValue(output) is { } file)
                {
                    Write(calibrated, file.FullName);
                }

                return ExitCodes.Done;
            },
            cancellation));
        return command;
    }

    private static CalibrationResult Calibrate(
        ModelCard card, string device, IReadOnlyList<AnnotatedSlide> annotated, CancellationToken cancellation)
    {
        InferenceDevice target = InferenceDevice.Parse(device, Environment.ProcessorCount).WithPrecision(card.Precision);
        using var loaded = LoadedModel.Load(card, ConvolutionChoice.User.Apply(target, Environment.GetEnvironmentVariable(ConvolutionChoice.Variable)));
        using var network = new NetworkRunner(loaded, classes: false);
        return new SeparationCalibration(network).Run(annotated, cancellation);
    }

    private static void Print(int images, CalibrationResult result, ModelCard card, bool json)
    {
        var report = new CalibrationReport(
            card.Name,
            images,
            result.Tiles,
            result.Range.Low,
            result.Range.High,
            result.Best.Parameters.RidgeThreshold,
            result.Best.Parameters.MarkerMinimumPixels,
            [.. result.Trials.Select(CalibrationRow.Of)],
            CalibrationRow.Of(result.Reference));
        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(report, ModelsJson.Default.CalibrationReport));
            return;
        }

        Terminal.Results.WriteLine(FormattableString.Invariant(
            $"{report.Images} images, {report.Tiles} tiles with nuclei: responses {report.SobelMinimum:0.0e+0} … {report.SobelMaximum:0.0e+0}"));
        Terminal.Results.WriteLine($"{"rule",-28} {"threshold",9} {"marker",7} {"F1",7} {"bPQ",7}");
        foreach (CalibrationRow row in report.Trials)
        {
            bool best = row.Threshold == report.Threshold && row.MarkerMinimumPixels == report.MarkerMinimumPixels;
            PrintRow("one range for all tiles", row, best ? "best" : string.Empty);
        }

        PrintRow("each tile's extremes", report.Reference, "published");
    }

    private static void PrintRow(string rule, CalibrationRow row, string note) => Terminal.Results.WriteLine(
        FormattableString.Invariant($"{rule,-28} {row.Threshold,9:0.000} {row.MarkerMinimumPixels,4} px {row.F1,7:0.0000} {row.Bpq,7:0.0000} {note}").TrimEnd());

    private static void Write(ModelCard card, string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, (card with { Weights = Path.GetRelativePath(folder, card.WeightsPath) }).ToJson() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The card '{path}' cannot be written.", e.Message, "Choose another --out.");
        }
    }
}
