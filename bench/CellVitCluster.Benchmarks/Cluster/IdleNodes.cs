using System.Globalization;
using CellVitCluster.TestSupport.Chaos;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>What a coordinator, a merger and a worker cost while there is nothing to do: their share of a processor core.</summary>
internal static class IdleNodes
{
    /// <summary>Until the code that runs all the time is compiled for good.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(string folder)
    {
        string output = Path.Combine(folder, "out");
        Directory.CreateDirectory(output);
        var options = new ChaosOptions
        {
            Folder = folder,
            Seed = 1,
            Faults = 0,
            Database = new SqliteDatabase(Path.Combine(folder, "journal.db")),
            Coordinators = 1,
            Mergers = 1,
            Workers = 1,
        };
        await using var network = new FaultyNetwork(1);
        await using var cluster = new ChaosCluster(options, "nodes", options.Database.Journal, output, [output], network);
        using var client = new ServiceClient(cluster.Servers);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        cluster.Start();
        await client.WaitForWorkersAsync(1, deadline.Token);
        await Task.Delay(Settling, deadline.Token);
        TimeSpan[] before = [.. Enumerable.Range(0, cluster.Count).Select(cluster.ProcessorTimeOf)];
        long start = TimeProvider.System.GetTimestamp();
        await Task.Delay(Measured, deadline.Token);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        for (int node = 0; node < cluster.Count; node++)
        {
            double share = (cluster.ProcessorTimeOf(node) - before[node]).TotalSeconds / seconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle: {cluster.NameOf(node)} takes {share * 100:0.0} % of a core"));
        }

        await cluster.StopAsync();
    }
}
