using System.Diagnostics;
using CellVitCluster.Cli.Output;
using CellVitCluster.Cli.Roles;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Model.Devices;
using CellVitCluster.Slides.Lists;
using CellVitCluster.Slides.Synthetic;

namespace CellVitCluster.Cli.Submission;

/// <summary>Options of one <c>run</c> command.</summary>
internal sealed record RunSessionOptions
{
    public required IReadOnlyList<string> Inputs { get; init; }

    public required string Output { get; init; }

    public string? Model { get; init; }

    public Mpp? Mpp { get; init; }

    public double? Magnification { get; init; }

    public string? RegionPath { get; init; }

    public int Workers { get; init; } = 1;

    public string Device { get; init; } = "auto";

    public Precision? Precision { get; init; }

    public CompatibilityMode Compatibility { get; init; }

    public int Placements { get; init; } = 1;

    public IReadOnlyList<string> Classifiers { get; init; } = [];

    public bool Binary { get; init; }

    public bool Fresh { get; init; }

    public bool Json { get; init; }
}

/// <summary>One <c>run</c> command from its options to its exit code.</summary>
internal sealed class RunSession(RunSessionOptions options, OutputFolder folder, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, SlideProgress> _progress = new(StringComparer.Ordinal);
    private double _secondsToFirstTile;
    private FailureMessage? _stopped;

    /// <summary>Runs the command.</summary>
    /// <returns>Exit code.</returns>
    /// <exception cref="CellVitException">The command cannot begin at all.</exception>
    public static async Task<int> RunAsync(RunSessionOptions options, CancellationToken cancellation)
    {
        using OutputFolder folder = OutputFolder.Open(options.Output);
        return await new RunSession(options, folder, TimeProvider.System).RunAsync(cancellation);
    }

    private static double SinceProcessStart(TimeProvider time)
    {
        using var process = Process.GetCurrentProcess();
        return (time.GetUtcNow() - new DateTimeOffset(process.StartTime)).TotalSeconds;
    }

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        await using var worker = LocalWorkers.Start(options.Model, options.Device, options.Precision, options.Workers);
        RunClasses classes = RunClasses.Choose(options, worker);
        IReadOnlyList<SlideSource> slides = await FindSlidesAsync(cancellation);
        var request = new RunRequest(folder.Path, options.RegionPath, options.Compatibility, options.Placements, classes, options.Fresh);
        IReadOnlyList<ComposedRun> runs = RunComposer.Compose(slides, worker.Model, request);
        RunSpecification[] submitted = [.. runs.Select(run => run.Specification).OfType<RunSpecification>()];
        bool interrupted = false;
        if (submitted.Length > 0)
        {
            try
            {
                await AnalyzeAsync(submitted, worker, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                interrupted = true;
            }
        }

        RunReport report = Report(runs, worker.Analyzers, time.GetElapsedTime(start).TotalSeconds, interrupted);
        SummaryTable.Print(report);
        if (options.Json)
        {
            Terminal.Results.WriteLine(System.Text.Json.JsonSerializer.Serialize(report, CliJson.Default.RunReport));
        }

        if (interrupted)
        {
            Console.Error.WriteLine("Interrupted; the same command goes on from the finished tiles.");
            return ExitCodes.Interrupted;
        }

        return report.Slides.All(slide => slide.Status == "done") ? ExitCodes.Done : ExitCodes.SomeSlidesFailed;
    }

    private async Task<IReadOnlyList<SlideSource>> FindSlidesAsync(CancellationToken cancellation)
    {
        var inputs = new List<string>();
        foreach (string input in options.Inputs)
        {
            inputs.Add(string.Equals(input, "demo", StringComparison.Ordinal) && !File.Exists(input) && !Directory.Exists(input)
                ? await DemoSlide.EnsureAsync(folder.Path, cancellation)
                : input);
        }

        return SlideFinder.Find(inputs, options.Mpp, options.Magnification);
    }

    private async Task AnalyzeAsync(RunSpecification[] runs, LocalWorkers workers, CancellationToken cancellation)
    {
        await using LocalNode node = await LocalNode.StartAsync(folder, workers.Analyzers, cancellation);
        foreach (RunSpecification run in runs)
        {
            if (options.Fresh)
            {
                FreshStart.Prepare(run);
            }

            _progress[run.RunId] = new SlideProgress(run.Name, time);
            await node.SubmitAsync(run, options.Fresh, cancellation);
        }

        // The survey goes on while the model is loaded; a model that cannot be used ends the command here.
        await workers.Ready.WaitAsync(cancellation);
        var display = new ProgressDisplay([.. _progress.Values], time);
        await display.ShowAsync(refresh => WatchAsync(node, refresh, cancellation));
    }

    private async Task WatchAsync(LocalNode node, Action refresh, CancellationToken cancellation)
    {
        string[] open = [.. _progress.Keys];
        while (open.Length > 0)
        {
            IReadOnlyList<RunStatus> statuses = await node.GetStatusesAsync(open, cancellation);
            foreach (RunStatus status in statuses)
            {
                SlideProgress slide = _progress[status.RunId];
                slide.Update(status);
                if (_secondsToFirstTile == 0 && slide.TilesDone > 0)
                {
                    _secondsToFirstTile = SinceProcessStart(time);
                }
            }

            refresh();
            open = [.. open.Where(runId => _progress[runId].Status is not { Phase: RunPhase.Published or RunPhase.Quarantined or RunPhase.Cancelled })];
            _stopped = DiskGuard.Check(folder.Path) ?? statuses.Select(s => s.Phase == RunPhase.Quarantined ? null : s.Failure).FirstOrDefault(f => f is not null);
            if (_stopped is not null)
            {
                return;
            }

            if (open.Length > 0)
            {
                await Task.Delay(PollInterval, time, cancellation);
            }
        }
    }

    private RunReport Report(IReadOnlyList<ComposedRun> runs, IReadOnlyList<ITileAnalyzer> analyzers, double seconds, bool interrupted)
    {
        double busy = analyzers.Sum(analyzer => analyzer.Use.BusySeconds);
        double span = analyzers.Sum(analyzer => analyzer.Use.SpanSeconds);
        return new RunReport(
            folder.Path,
            options.Model ?? "starter",
            Math.Round(seconds, 2),
            Math.Round(_secondsToFirstTile, 2),
            span > 0 ? Math.Round(busy / span, 4) : 0,
            ProcessMemory.PeakMegabytes(),
            [.. runs.Select(run => Report(run, interrupted))]);
    }

    private SlideReport Report(ComposedRun run, bool interrupted)
    {
        SlideProgress? progress = run.Specification is null ? null : _progress.GetValueOrDefault(run.Specification.RunId);
        RunStatus? status = progress?.Status;
        Publication? publication = status?.Publication;
        FailureMessage? failure = run.Failure ?? status?.Failure ?? (publication is null && !interrupted ? _stopped : null);
        StageSeconds? stages = status?.Progress?.Seconds;
        return new SlideReport
        {
            Name = run.Name,
            Slide = run.Source.Path,
            Status = publication is not null ? "done" : failure is not null ? "failed" : "interrupted",
            RunId = run.Specification?.RunId,
            Store = publication?.StoreDirectory,
            Tiles = progress?.Tiles ?? 0,
            TilesFailed = publication?.TilesFailed ?? progress?.TilesFailed ?? 0,
            TilesResumed = status?.Progress?.TilesResumed ?? 0,
            Cells = progress?.Cells ?? 0,
            Mm2 = Math.Round(progress?.Mm2 ?? 0, 3),
            Bytes = publication?.Bytes ?? 0,
            Classes = publication?.Classes.ToDictionary(c => c.Name, c => c.Cells, StringComparer.Ordinal),
            Layers = publication?.Layers?.ToDictionary(
                layer => layer.Layer,
                IReadOnlyDictionary<string, long> (layer) => layer.Classes.ToDictionary(c => c.Name, c => c.Cells, StringComparer.Ordinal),
                StringComparer.Ordinal),
            StageSeconds = stages is null ? null : new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["read"] = Math.Round(stages.Read, 3),
                ["network"] = Math.Round(stages.Network, 3),
                ["detection"] = Math.Round(stages.Detection, 3),
                ["write"] = Math.Round(stages.Write, 3),
                ["merge"] = Math.Round(publication?.MergeSeconds ?? 0, 3),
                ["store"] = Math.Round(publication?.StoreSeconds ?? 0, 3),
            },
            ErrorCode = failure?.Code,
            Error = failure?.Text,
        };
    }
}
