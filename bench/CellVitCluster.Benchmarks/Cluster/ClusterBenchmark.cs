using CellVitCluster.TestSupport;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>How the cluster scales, how much its control plane bears, and how fast it recovers; a paced model stands for the network.</summary>
internal static class ClusterBenchmark
{
    public static async Task<int> RunAsync(string[] parts)
    {
        string[] wanted = parts.Length == 0 ? ["control", "queue", "journal", "scaling", "recovery", "idle", "big"] : parts;
        foreach (string part in wanted)
        {
            using var folder = new TemporaryFolder();
            switch (part)
            {
                case "control":
                    await ControlPlane.RunAsync(folder.Path);
                    break;
                case "queue":
                    await LongQueue.RunAsync(folder.Path);
                    break;
                case "journal":
                    await RunRecovery.RunAsync(folder.Path);
                    break;
                case "scaling":
                    await Scaling.RunAsync(folder.Path);
                    break;
                case "recovery":
                    await Recovery.RunAsync(folder.Path);
                    break;
                case "idle":
                    await IdleNodes.RunAsync(folder.Path);
                    break;
                case "big":
                    await BigSlide.RunAsync(folder.Path);
                    break;
                default:
                    await Console.Error.WriteLineAsync($"'{part}' is none of control, queue, journal, scaling, recovery, idle, big.");
                    return 2;
            }
        }

        return 0;
    }
}
