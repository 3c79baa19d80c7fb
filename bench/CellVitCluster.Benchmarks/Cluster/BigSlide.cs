using System.Globalization;
using CellVitCluster.TestSupport.Chaos;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>
/// Peak memory of a worker and a merger for a slide of five million nuclei against one of half a million. The nuclei are invented, densely:
/// one per 24 x 24 px. The large slide has twice the side of the small one, so that both have a thumbnail of the same size: between 2,000 and
/// 4,000 px whatever the slide, and by far the most a survey needs.
/// </summary>
internal static class BigSlide
{
    private const int Pitch = 24;
    private const double MicronsPerPixel = 0.25;

    /// <summary>Faster than any device; a paced device that takes no time at all has 64 tiles in work at once, which none has.</summary>
    private const int MillisecondsPerTile = 20;

    public static async Task RunAsync(string folder)
    {
        Console.WriteLine("big slide   nuclei      s   worker MB   merger MB   coordinator MB");
        (long Worker, long Merger)? small = null;
        foreach ((int side, int margin) in ((int, int)[])[(31_900, 2 * RepeatedTileSlide.MarginUnit), (63_800, RepeatedTileSlide.MarginUnit)])
        {
            (long cells, double seconds, long worker, long merger, long coordinator) = await MeasureAsync(
                Path.Combine(folder, side.ToString(CultureInfo.InvariantCulture)), side, margin);
            string ratio = small is { } s
                ? string.Create(CultureInfo.InvariantCulture, $"   ratio {(double)worker / s.Worker:0.00} and {(double)merger / s.Merger:0.00}")
                : string.Empty;
            small ??= (worker, merger);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{side,9} {cells,9:N0} {seconds,6:0} {worker >> 20,11} {merger >> 20,11} {coordinator >> 20,16}{ratio}"));
        }
    }

    private static async Task<(long Cells, double Seconds, long Worker, long Merger, long Coordinator)> MeasureAsync(string folder, int side, int margin)
    {
        string output = Path.Combine(folder, "out");
        Directory.CreateDirectory(output);
        string slide = Path.Combine(folder, "slides", "big.tiff");
        Directory.CreateDirectory(Path.GetDirectoryName(slide)!);
        RepeatedTileSlide.Write(slide, side, margin);
        var options = new ChaosOptions
        {
            Folder = folder,
            Seed = 1,
            Faults = 0,
            Database = new SqliteDatabase(Path.Combine(folder, "journal.db")),
            Coordinators = 1,
            Mergers = 1,
            Workers = 1,
            TileMilliseconds = MillisecondsPerTile,
            Pitch = Pitch,
            ReadPixels = false,
        };
        await using var network = new FaultyNetwork(1);
        await using var cluster = new ChaosCluster(options, "nodes", options.Database.Journal, output, [Path.Combine(folder, "slides")], network);
        using var client = new ServiceClient(cluster.Servers);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        cluster.Start();
        await client.WaitForWorkersAsync(1, deadline.Token);
        long start = TimeProvider.System.GetTimestamp();
        string batch = await client.SubmitAsync("big", output, [slide], deadline.Token, FormattableString.Invariant($"paced:{MillisecondsPerTile},{Pitch}"), MicronsPerPixel);
        long[] peak = new long[3];
        while (!await client.IsOverAsync(batch, deadline.Token))
        {
            for (int node = 0; node < peak.Length; node++)
            {
                peak[node] = Math.Max(peak[node], cluster.MemoryOf(node));
            }

            await Task.Delay(250, deadline.Token);
        }

        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        long cells = (await client.GetSlidesAsync(batch, deadline.Token))[0].GetProperty("run").GetProperty("cells").GetInt64();
        await cluster.StopAsync();
        return (cells, seconds, peak[2], peak[1], peak[0]);
    }
}
