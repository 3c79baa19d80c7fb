using System.Globalization;
using Spectre.Console;

namespace CellVitCluster.Cli.Output;

/// <summary>What a finished <c>run</c> tells a person.</summary>
internal static class SummaryTable
{
    public static void Print(RunReport report)
    {
        if (report.Slides.Count > 0)
        {
            Table table = new Table().Border(Terminal.IsInteractive ? TableBorder.Rounded : TableBorder.Ascii);
            foreach (string column in (string[])["slide", "result", "tiles", "mm²", "cells", "MB", "classes"])
            {
                table.AddColumn(new TableColumn(column) { Alignment = column is "slide" or "result" or "classes" ? Justify.Left : Justify.Right });
            }

            foreach (SlideReport slide in report.Slides)
            {
                table.AddRow(Row(slide).Select(cell => new Text(cell)));
            }

            Terminal.Error.Write(table);
        }

        foreach (SlideReport slide in report.Slides)
        {
            if (slide.Error is not null)
            {
                Terminal.Fail(slide.ErrorCode ?? string.Empty, slide.Error);
            }
            else if (slide.TilesFailed > 0)
            {
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"warning: {slide.TilesFailed} tile(s) of '{slide.Name}' failed; the reasons are in {slide.Store}/manifest.json."));
            }
        }

        int done = report.Slides.Count(slide => slide.Status == "done");
        Console.Error.WriteLine(FormattableString.Invariant(
            $"{done} of {report.Slides.Count} slide(s) done in {report.Seconds:0.0} s, results in {report.Out}"));
        if (report.ModelShare > 0)
        {
            Console.Error.WriteLine(FormattableString.Invariant(
                $"first tile after {report.SecondsToFirstTile:0.0} s, network busy {report.ModelShare:P1} of the analysis, peak memory {report.PeakMemoryMb:N0} MB"));
        }
    }

    private static IEnumerable<string> Row(SlideReport slide) =>
    [
        slide.Name,
        slide.Status,
        FormattableString.Invariant($"{slide.Tiles}{(slide.TilesFailed > 0 ? $" ({slide.TilesFailed} failed)" : string.Empty)}{(slide.TilesResumed > 0 ? $" ({slide.TilesResumed} resumed)" : string.Empty)}"),
        slide.Mm2.ToString("0.00", CultureInfo.InvariantCulture),
        slide.Cells.ToString("N0", CultureInfo.InvariantCulture),
        (slide.Bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture),
        string.Join('\n', new[] { Counts(slide.Classes) }.Concat((slide.Layers ?? new Dictionary<string, IReadOnlyDictionary<string, long>>(StringComparer.Ordinal))
            .Select(layer => $"{layer.Key}: {Counts(layer.Value)}"))),
    ];

    private static string Counts(IReadOnlyDictionary<string, long>? classes) => classes is null
        ? string.Empty
        : string.Join(", ", classes.Where(c => c.Value > 0).Select(c => FormattableString.Invariant($"{c.Key} {c.Value:N0}")));
}
