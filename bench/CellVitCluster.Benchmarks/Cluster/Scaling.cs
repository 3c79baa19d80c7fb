using System.Globalization;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>
/// Tiles per second for 1 to 16 workers of 100 ms per tile, as actors of one process and as processes, against what their pace allows. The slide
/// file is small and says that its pixels are large, so that its grid has a real slide's share of tiles per survey. Every cluster has worked for
/// a while before it is measured: sixteen processes need 250 processor seconds until their code is compiled, which sixteen machines would share.
/// </summary>
internal static class Scaling
{
    private const int TileMilliseconds = 100;
    private const int Seconds = 40;

    /// <summary>Halved twice it is the smallest thumbnail there is; a side of 8,000 px has the largest.</summary>
    private const int Side = 8_020;
    private const double MicronsPerPixel = 0.75;
    private const int TilesPerSlide = 660;

    public static async Task RunAsync(string folder)
    {
        IReadOnlyList<string> slides = await PacedSlides.MakeAsync(Path.Combine(folder, "slides"), Side, 1 + Warming(16) + Measured(16));
        Console.WriteLine("workers   as       tiles/s   of linear   first tile s   warm s");
        foreach (bool processes in (bool[])[false, true])
        {
            foreach (int workers in (int[])[1, 2, 4, 8, 16])
            {
                (double rate, double first, double warm) = await MeasureAsync(
                    Path.Combine(folder, FormattableString.Invariant($"{workers}-{processes}")), slides, workers, processes);
                double efficiency = rate / (workers * 1000.0 / TileMilliseconds);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{workers,7}   {(processes ? "process" : "actor"),-7} {rate,8:0.0} {efficiency,11:0.000} {first,14:0.0} {warm,8:0.00}"));
            }
        }
    }

    private static int Measured(int workers) => (workers * Seconds * 1000 / TileMilliseconds / TilesPerSlide) + 1;

    private static int Warming(int workers) => (workers + 1) / 2;

    private static async Task<(double Rate, double FirstTile, double Warm)> MeasureAsync(string folder, IReadOnlyList<string> slides, int workers, bool processes)
    {
        await using BenchCluster cluster = await BenchCluster.StartAsync(
            folder,
            Path.GetDirectoryName(slides[0])!,
            TimeSpan.FromMinutes(10),
            options => options with { Workers = processes ? workers : 1, WorkersPerProcess = processes ? 1 : workers, TileMilliseconds = TileMilliseconds });
        DateTimeOffset submittedFirst = TimeProvider.System.GetUtcNow();
        await cluster.FinishAsync("first", slides.Take(1), MicronsPerPixel);
        await cluster.FinishAsync("warming", slides.Skip(1).Take(Warming(workers)), MicronsPerPixel);
        DateTimeOffset submitted = TimeProvider.System.GetUtcNow();
        await cluster.FinishAsync("scaling", slides.Skip(1 + Warming(workers)).Take(Measured(workers)), MicronsPerPixel);
        IReadOnlyList<DateTimeOffset> all = TileTimes.Settled(cluster.Nodes);
        DateTimeOffset[] times = [.. all.Where(time => time >= submitted)];

        // The middle of the run: neither its start nor its tail, where not every worker has work.
        DateTimeOffset begin = times[times.Length / 10], end = times[times.Length * 8 / 10];
        return ((times.Length * 7 / 10) / (end - begin).TotalSeconds, (all[0] - submittedFirst).TotalSeconds, (times[0] - submitted).TotalSeconds);
    }
}
