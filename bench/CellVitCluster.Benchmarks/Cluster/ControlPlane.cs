using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>Tiles per second that coordinator, dispatcher, runs and journal can see through, many slides in flight, workers that take no time.</summary>
internal static class ControlPlane
{
    private const int Slides = 200;
    private const int Columns = 40;
    private const int Rows = 25;
    private const int Workers = 16;

    public static async Task RunAsync(string folder)
    {
        (SlideMessage slide, PlanMessage plan) = Survey();
        await using BenchNode node = await BenchNode.StartAsync(new ClusterNodeOptions
        {
            Journal = JournalLocation.Sqlite(Path.Combine(folder, "journal.db")),
            Roles = [NodeRoles.Coordinator],
            Admission = new AdmissionOptions { MaxActiveRuns = Slides },
        });
        for (int i = 0; i < Workers; i++)
        {
            string id = FormattableString.Invariant($"bench-{i}");
            IActorRef dispatcher = node.Registry.Get<TileDispatcherActor>(), runs = node.Registry.Get<SlideRunActor>();
            node.System.ActorOf(Props.Create(() => new InstantWorker(id, 256, dispatcher, runs, slide, plan)), id);
        }

        RunSpecification[] specifications = [.. Enumerable.Range(0, Slides).Select(i => Specification(i, folder))];
        long start = Stopwatch.GetTimestamp();
        foreach (RunSpecification run in specifications)
        {
            await node.SubmitAsync(run);
        }

        double submitted = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string[] ids = [.. specifications.Select(s => s.RunId)];
        (long Tiles, long At)? first = null;
        long settled;
        do
        {
            await Task.Delay(200);
            settled = (await node.StatusesAsync(ids)).Sum(status => status.Progress?.TilesDone ?? 0);
            first ??= settled > Slides * Columns * Rows / 20 ? (settled, Stopwatch.GetTimestamp()) : null;
        }
        while (settled < Slides * Columns * Rows * 95L / 100);

        double seconds = Stopwatch.GetElapsedTime(first!.Value.At).TotalSeconds;
        double rate = (settled - first.Value.Tiles) / seconds;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"control plane: {Slides} slides of {Columns * Rows} tiles in flight, {Workers} workers that take no time: {rate:N0} tiles/s settled and journaled ({rate / 2000:0.00} x the target of 2,000); {Slides} single submissions in {submitted:0.0} s; peak memory {process.PeakWorkingSet64 >> 20} MB"));
    }

    private static (SlideMessage Slide, PlanMessage Plan) Survey()
    {
        int width = Columns * TileGrid.Stride, height = Rows * TileGrid.Stride;
        var grid = new TileGrid
        {
            BaseMpp = new Mpp(0.25),
            ActiveArea = new SlideRect(0, 0, width, height),
            Downsample = 1,
            RescaleSixteenths = 16,
            SourceWidth = width,
            SourceHeight = height,
            Columns = Columns,
            Rows = Rows,
        };
        byte[] selected = new byte[((Columns * Rows) + 7) / 8];
        Array.Fill(selected, (byte)0xFF);
        return (
            new SlideMessage("bench", width, height, [new LevelMessage(width, height, 1)], [0, 0, width, height], 0.25, "bench", 40, 100),
            new PlanMessage(GridMessage.From(grid), selected));
    }

    private static RunSpecification Specification(int number, string folder)
    {
        string runId = number.ToString("x32", CultureInfo.InvariantCulture);
        return new RunSpecification
        {
            RunId = runId,
            SlideId = runId,
            SlidePath = Path.Combine(folder, "none.tiff"),
            Name = FormattableString.Invariant($"slide-{number}"),
            StoreDirectory = Path.Combine(folder, "out", runId),
            WorkDirectory = Path.Combine(folder, "work", runId),
            Compatibility = 0,
            ModelDigest = new string('a', 64),
            ModelCard = "{}",
            TokenWidth = 4,
            TaxonomyName = "bench",
            Classes = [new ClassMessage(0, "Background", 0, 0, 0), new ClassMessage(1, "Nucleus", 255, 0, 0)],
        };
    }
}
