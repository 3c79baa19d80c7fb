using System.Globalization;

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
        string slide = Path.Combine(folder, "slides", "big.tiff");
        Directory.CreateDirectory(Path.GetDirectoryName(slide)!);
        RepeatedTileSlide.Write(slide, side, margin);
        await using BenchCluster cluster = await BenchCluster.StartAsync(
            folder,
            Path.GetDirectoryName(slide)!,
            TimeSpan.FromMinutes(30),
            options => options with { TileMilliseconds = MillisecondsPerTile, Pitch = Pitch });
        long start = TimeProvider.System.GetTimestamp();
        string batch = await cluster.Client.SubmitAsync(
            "big", cluster.Output, [slide], cluster.Deadline, FormattableString.Invariant($"paced:{MillisecondsPerTile},{Pitch}"), MicronsPerPixel);
        long[] peak = new long[3];
        while (!await cluster.Client.IsOverAsync(batch, cluster.Deadline))
        {
            for (int node = 0; node < peak.Length; node++)
            {
                peak[node] = Math.Max(peak[node], cluster.Nodes.MemoryOf(node));
            }

            await Task.Delay(250, cluster.Deadline);
        }

        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        long cells = (await cluster.Client.GetSlidesAsync(batch, cluster.Deadline))[0].GetProperty("run").GetProperty("cells").GetInt64();
        return (cells, seconds, peak[2], peak[1], peak[0]);
    }
}
