using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CellVitCluster.TestSupport.Chaos;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>A submission of 5,000 slides: how soon it is accepted, what it costs the coordinator, and that it survives its coordinator.</summary>
internal static class LongQueue
{
    private const int Slides = 5_000;

    public static async Task RunAsync(string folder)
    {
        string slideFolder = Path.Combine(folder, "slides");
        Directory.CreateDirectory(slideFolder);
        string[] slides = [.. Enumerable.Range(0, Slides).Select(i => Path.Combine(slideFolder, FormattableString.Invariant($"case-{i:00000}-block-A1-level-3.svs")))];
        foreach (string slide in slides)
        {
            await File.WriteAllTextAsync(slide, slide);
        }

        // No workers: all of them wait.
        await using BenchCluster cluster = await BenchCluster.StartAsync(
            folder, slideFolder, TimeSpan.FromMinutes(5), options => options with { Coordinators = 3, Mergers = 0, Workers = 0 });
        ChaosCluster nodes = cluster.Nodes;
        ServiceClient client = cluster.Client;
        await cluster.SubmitAsync("first", slides.Take(10));
        int oldest = nodes.NodeAt((await client.GetMembersAsync("coordinator", cluster.Deadline))[0]);
        long before = nodes.MemoryOf(oldest);
        long start = Stopwatch.GetTimestamp();
        string batch = await cluster.SubmitAsync("all", slides);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Task.Delay(TimeSpan.FromSeconds(3), cluster.Deadline);
        long megabytes = (nodes.MemoryOf(oldest) - before) >> 20;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"queue: {Slides} slides accepted in {seconds:0.0} s (target 5 s); the coordinator grew by {megabytes} MB, {megabytes / (Slides / 1000.0):0.0} MB per 1,000 queued slides (target 50 MB)"));

        // The node with the coordinator dies in the middle of the next submission.
        Task<string> second = client.SubmitAsync("again", Path.Combine(cluster.Output, "again"), slides, cluster.Deadline);
        await OpenedAsync(client, "again", cluster.Deadline);
        bool wasUnderWay = !second.IsCompleted;
        start = Stopwatch.GetTimestamp();
        await nodes.HitAsync(new Fault(1, FaultKind.Kill, oldest, TimeSpan.FromSeconds(1), TimeSpan.Zero));
        nodes.Tend();
        string again = await second;
        double recovered = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int listed = (await client.GetSlidesAsync(again, cluster.Deadline)).Count;
        int kept = (await client.GetSlidesAsync(batch, cluster.Deadline)).Count;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"queue: coordinator killed {(wasUnderWay ? "in the middle of" : "AFTER")} another {Slides}: accepted {recovered:0.0} s after the kill, {listed} slides listed once each, {kept} of the first batch kept"));
    }

    /// <summary>Waits until the coordinator knows a batch, whose slides may still be on their way.</summary>
    private static async Task OpenedAsync(ServiceClient client, string label, CancellationToken cancellation)
    {
        JsonElement newest;
        do
        {
            newest = (await client.AskAsync(server => new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/api/batches?take=1")), cancellation))
                .GetProperty("batches")[0];
        }
        while (newest.GetProperty("label").GetString() != label);
    }
}
