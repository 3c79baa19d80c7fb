using System.Globalization;
using CellVitCluster.Cluster.Runs;
using Spectre.Console;

namespace CellVitCluster.Cli.Output;

/// <summary>
/// Progress on standard error: a live table for a person at a terminal, a line per slide every few seconds (and at every change of phase)
/// for a log file.
/// </summary>
internal sealed class ProgressDisplay(IReadOnlyList<SlideProgress> slides, TimeProvider time)
{
    private const int LiveRows = 8;
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (RunPhase Phase, long At)> _lines = new(StringComparer.Ordinal);

    /// <summary>Shows progress while <paramref name="work"/> runs; it gets a function that refreshes the display.</summary>
    public async Task ShowAsync(Func<Action, Task> work)
    {
        if (!Terminal.IsInteractive)
        {
            await work(PrintLines);
            return;
        }

        await Terminal.Error.Live(Render()).AutoClear(true).StartAsync(live => work(() => live.UpdateTarget(Render())));
    }

    private static string PhaseName(RunPhase phase) => phase switch
    {
        RunPhase.Waiting => "waiting",
        RunPhase.Surveying => "survey",
        RunPhase.Running => "analysis",
        RunPhase.Merging => "sealing",
        RunPhase.Published => "done",
        RunPhase.Quarantined => "failed",
        RunPhase.Cancelled => "cancelled",
        _ => "?",
    };

    private static string Left(SlideProgress slide) =>
        slide.Left is TimeSpan left ? left.ToString(left.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture) : "–";

    private Table Render()
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string column in (string[])["slide", "phase", "tiles", "mm²", "cells", "mm²/s", "left"])
        {
            table.AddColumn(new TableColumn(column) { Alignment = column is "slide" or "phase" ? Justify.Left : Justify.Right });
        }

        foreach (SlideProgress slide in slides.Where(s => s.Status is { Phase: RunPhase.Surveying or RunPhase.Running or RunPhase.Merging }).Take(LiveRows))
        {
            table.AddRow(Cells(slide).Select(cell => new Text(cell)));
        }

        int done = slides.Count(s => s.Status?.Phase == RunPhase.Published);
        int failed = slides.Count(s => s.Status?.Phase == RunPhase.Quarantined);
        table.Caption = new TableTitle(FormattableString.Invariant($"{done} of {slides.Count} slides done{(failed > 0 ? $", {failed} failed" : string.Empty)}"));
        return table;
    }

    private static IEnumerable<string> Cells(SlideProgress slide) =>
    [
        slide.Name,
        PhaseName(slide.Status?.Phase ?? RunPhase.Waiting),
        FormattableString.Invariant($"{slide.TilesDone + slide.TilesFailed}/{slide.Tiles}"),
        slide.Mm2.ToString("0.00", CultureInfo.InvariantCulture),
        slide.Cells.ToString("N0", CultureInfo.InvariantCulture),
        slide.Mm2PerSecond.ToString("0.000", CultureInfo.InvariantCulture),
        Left(slide),
    ];

    private void PrintLines()
    {
        foreach (SlideProgress slide in slides)
        {
            if (slide.Status is not { } status || status.Phase == RunPhase.Waiting)
            {
                continue;
            }

            bool known = _lines.TryGetValue(slide.Name, out (RunPhase Phase, long At) last);
            bool due = status.Phase == RunPhase.Running && time.GetElapsedTime(last.At) >= LineInterval;
            if (known && last.Phase == status.Phase && !due)
            {
                continue;
            }

            _lines[slide.Name] = (status.Phase, time.GetTimestamp());
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{slide.Name}: {PhaseName(status.Phase)}, tiles {slide.TilesDone + slide.TilesFailed}/{slide.Tiles}, {slide.Mm2:0.00} mm², {slide.Cells:N0} cells, {slide.Mm2PerSecond:0.000} mm²/s, left {Left(slide)}"));
        }
    }
}
