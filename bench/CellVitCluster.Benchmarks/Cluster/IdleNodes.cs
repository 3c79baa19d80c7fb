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
        await using BenchCluster cluster = await BenchCluster.StartAsync(folder, Path.Combine(folder, "slides"), TimeSpan.FromMinutes(5));
        ChaosCluster nodes = cluster.Nodes;
        await Task.Delay(Settling, cluster.Deadline);
        TimeSpan[] before = [.. Enumerable.Range(0, nodes.Count).Select(nodes.ProcessorTimeOf)];
        long start = TimeProvider.System.GetTimestamp();
        await Task.Delay(Measured, cluster.Deadline);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        for (int node = 0; node < nodes.Count; node++)
        {
            double share = (nodes.ProcessorTimeOf(node) - before[node]).TotalSeconds / seconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle: {nodes.NameOf(node)} takes {share * 100:0.0} % of a core"));
        }
    }
}
