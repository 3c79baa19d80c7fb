using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Surveying;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit inspect</c>: what is known about a slide before it is analyzed.</summary>
internal static class InspectCommand
{
    // The starter network on two cores and the bytes of a typical cell; measured, see docs/performance.md.
    private const double SecondsPerTile = 2.0;
    private const double CellsPerTile = 250;
    private const double BytesPerCellWithoutToken = 150;
    private const double TokenBytes = 2 * 192;

    public static Command Create()
    {
        var slide = new Argument<FileInfo>("SLIDE") { Description = "Slide or picture." };
        var mpp = CommonOptions.Mpp();
        var json = CommonOptions.Json();
        var command = new Command("inspect", "Shows a slide's properties, pixel size, tissue, tiles, expected time and disk space.\n\nExample:\n  cellvit inspect slide.svs")
        {
            slide, mpp, json,
        };
        command.SetAction(parsed => Inspect(parsed.GetRequiredValue(slide), parsed.GetValue(mpp), parsed.GetValue(json)));
        return command;
    }

    private static int Inspect(FileInfo file, double? mpp, bool json)
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(file.FullName, mpp is double value ? new Mpp(value) : null));
        SlideMetadata metadata = slide.Metadata;
        SlideSurvey? survey = null;
        CalibrationException? problem = null;
        try
        {
            survey = SlideSurveyor.Survey(slide, CompatibilityMode.Default, null);
        }
        catch (CalibrationException exception)
        {
            problem = exception;
        }

        var report = new InspectReport(
            file.FullName,
            metadata.Vendor,
            metadata.Width,
            metadata.Height,
            metadata.Mpp?.MicronsPerPixel,
            metadata.MppOrigin,
            metadata.Magnification,
            [.. metadata.Levels.Select(level => new InspectLevel(level.Width, level.Height, Math.Round(level.Downsample, 4)))],
            survey?.Plan.Grid.EffectiveMpp.MicronsPerPixel,
            survey is null ? null : Math.Round(survey.TissueSquareMillimeters, 3),
            survey?.Plan.Grid.TileCount,
            survey?.Plan.Count,
            survey is null ? null : survey.Plan.Count * SecondsPerTile,
            survey is null ? null : (long)(survey.Plan.Count * CellsPerTile * (BytesPerCellWithoutToken + TokenBytes)));
        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.InspectReport));
        }
        else
        {
            Print(report);
        }

        if (problem is not null)
        {
            throw problem;
        }

        return ExitCodes.Done;
    }

    private static void Print(InspectReport report)
    {
        Line("slide", Path.GetFileName(report.Slide));
        Line("vendor", report.Vendor);
        Line("size", $"{report.Width:N0} × {report.Height:N0} px");
        Line("pixel size", report.Mpp is double mpp ? $"{mpp:0.####} µm/px ({report.MppOrigin})" : "unknown");
        Line("magnification", report.Magnification is double power ? $"{power:0.#}x" : "unknown");
        Line("levels", string.Join(", ", report.Levels.Select(level => $"{level.Width} × {level.Height} (1/{level.Downsample.ToString("0.##", CultureInfo.InvariantCulture)})")));
        if (report.Tiles is int tiles)
        {
            Line("tissue", $"{report.TissueMm2:0.##} mm²");
            Line("tiles", $"{tiles:N0} of {report.GridTiles:N0} ({TileGrid.TileSize} px at {report.EffectiveMpp:0.####} µm/px)");
            Line("expected time", $"about {TimeSpan.FromSeconds(report.ExpectedSeconds ?? 0):h\\:mm\\:ss} on two CPU cores with the starter model");
            Line("expected disk", $"about {(report.ExpectedBytes ?? 0) / 1e6:N0} MB");
        }
    }

    private static void Line(string name, string value) => Terminal.Results.WriteLine($"{name,-15}{value}");
}
