using System.Globalization;
using System.Text.Json;
using CellVitCluster.TestSupport.Chaos;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>How long it takes until work goes on after the kill of a worker, a coordinator, a merger.</summary>
internal static class Recovery
{
    private const int Coordinators = 3;
    private const int Mergers = 2;

    public static async Task RunAsync(string folder)
    {
        string slideFolder = Path.Combine(folder, "slides");
        IReadOnlyList<string> slides = await PacedSlides.MakeAsync(slideFolder, 10_000, 60);
        await using BenchCluster cluster = await BenchCluster.StartAsync(
            folder,
            slideFolder,
            TimeSpan.FromMinutes(8),
            options => options with { Coordinators = Coordinators, Mergers = Mergers, Workers = 3, TileMilliseconds = 200 });
        ChaosCluster nodes = cluster.Nodes;
        ServiceClient client = cluster.Client;
        await cluster.SubmitAsync("recovery", slides);

        // Every worker has found its pace and filled its stock.
        await Task.Delay(TimeSpan.FromSeconds(40), cluster.Deadline);
        int oldest = nodes.NodeAt((await client.GetMembersAsync("coordinator", cluster.Deadline))[0]);
        foreach ((string what, int node) in ((string, int)[])[("worker", Coordinators + Mergers), ("coordinator with the singletons", oldest), ("merger", Coordinators)])
        {
            DateTimeOffset killed = TimeProvider.System.GetUtcNow();
            await nodes.HitAsync(new Fault(1, FaultKind.Kill, node, TimeSpan.Zero, TimeSpan.Zero));
            double answered = await AnsweredAfterAsync(client, killed, cluster.Deadline);
            await Task.Delay(TimeSpan.FromSeconds(30), cluster.Deadline);
            TimeSpan unsettled = TileTimes.LongestGap(TileTimes.Settled(nodes), killed), idle = TileTimes.LongestGap(TileTimes.Begun(nodes), killed);
            IReadOnlyList<(string Kind, double After)> incidents = await IncidentsAsync(client, killed, cluster.Deadline);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"recovery: {what} killed: longest time without a begun tile {idle.TotalSeconds:0.0} s, without a settled one {unsettled.TotalSeconds:0.0} s; status answered after {answered:0.0} s; {string.Join(", ", incidents.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Kind} +{i.After:0.0} s")))}"));
            nodes.Tend();
            await Task.Delay(TimeSpan.FromSeconds(25), cluster.Deadline);
        }
    }

    private static async Task<double> AnsweredAfterAsync(ServiceClient client, DateTimeOffset since, CancellationToken cancellation)
    {
        await client.AskAsync(server => new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/api/batches")), cancellation);
        return (TimeProvider.System.GetUtcNow() - since).TotalSeconds;
    }

    private static async Task<IReadOnlyList<(string Kind, double After)>> IncidentsAsync(ServiceClient client, DateTimeOffset since, CancellationToken cancellation)
    {
        JsonElement answer = await client.AskAsync(server => new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/api/incidents?take=100")), cancellation);
        return
        [
            .. answer.GetProperty("incidents").EnumerateArray()
                .Select(incident => (incident.GetProperty("kind").GetString()!, (incident.GetProperty("at").GetDateTimeOffset() - since).TotalSeconds))
                .Where(incident => incident.Item2 > 0 && incident.Item1 is "tiles-reclaimed" or "took-office")
                .DistinctBy(incident => incident.Item1),
        ];
    }
}
