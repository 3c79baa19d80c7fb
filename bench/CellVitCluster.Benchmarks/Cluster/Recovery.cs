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
        IReadOnlyList<string> slides = await PacedSlides.MakeAsync(Path.Combine(folder, "slides"), 10_000, 60);
        string output = Path.Combine(folder, "out");
        Directory.CreateDirectory(output);
        var options = new ChaosOptions
        {
            Folder = folder,
            Seed = 1,
            Faults = 0,
            Database = new SqliteDatabase(Path.Combine(folder, "journal.db")),
            Coordinators = Coordinators,
            Mergers = Mergers,
            Workers = 3,
            TileMilliseconds = 200,
            ReadPixels = false,
        };
        await using var network = new FaultyNetwork(1);
        await using var cluster = new ChaosCluster(options, "nodes", options.Database.Journal, output, [Path.Combine(folder, "slides")], network);
        using var client = new ServiceClient(cluster.Servers);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        cluster.Start();
        await client.WaitForWorkersAsync(3, deadline.Token);
        await client.SubmitAsync("recovery", output, slides, deadline.Token);

        // Every worker has found its pace and filled its stock.
        await Task.Delay(TimeSpan.FromSeconds(40), deadline.Token);
        int oldest = cluster.NodeAt((await client.GetMembersAsync("coordinator", deadline.Token))[0]);
        foreach ((string what, int node) in ((string, int)[])[("worker", Coordinators + Mergers), ("coordinator with the singletons", oldest), ("merger", Coordinators)])
        {
            DateTimeOffset killed = TimeProvider.System.GetUtcNow();
            await cluster.HitAsync(new Fault(1, FaultKind.Kill, node, TimeSpan.Zero, TimeSpan.Zero));
            double answered = await AnsweredAfterAsync(client, killed, deadline.Token);
            await Task.Delay(TimeSpan.FromSeconds(30), deadline.Token);
            TimeSpan unsettled = TileTimes.LongestGap(TileTimes.Settled(cluster), killed), idle = TileTimes.LongestGap(TileTimes.Begun(cluster), killed);
            IReadOnlyList<(string Kind, double After)> incidents = await IncidentsAsync(client, killed, deadline.Token);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"recovery: {what} killed: longest time without a begun tile {idle.TotalSeconds:0.0} s, without a settled one {unsettled.TotalSeconds:0.0} s; status answered after {answered:0.0} s; {string.Join(", ", incidents.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Kind} +{i.After:0.0} s")))}"));
            cluster.Tend();
            await Task.Delay(TimeSpan.FromSeconds(25), deadline.Token);
        }

        await cluster.StopAsync();
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
