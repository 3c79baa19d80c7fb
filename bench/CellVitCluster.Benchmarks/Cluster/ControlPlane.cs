using System.Diagnostics;
using System.Globalization;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;

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
        (SlideMessage slide, PlanMessage plan) = InventedRun.Survey(Columns, Rows);
        await using BenchNode node = await BenchNode.StartAsync(new ClusterNodeOptions
        {
            Journal = JournalLocation.Sqlite(Path.Combine(folder, "journal.db")),
            Roles = [NodeRoles.Coordinator],
            Admission = new AdmissionOptions { MaxActiveRuns = Slides },
        });
        node.StartInstantWorkers(Workers, slide, plan);

        RunSpecification[] specifications = [.. Enumerable.Range(0, Slides).Select(i => InventedRun.Specification(i, folder))];
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
}
