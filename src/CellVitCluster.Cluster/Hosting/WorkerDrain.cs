using Akka;
using Akka.Actor;
using Akka.Event;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Lets the workers of a node that is stopped in order finish what they have begun, before the node leaves the cluster.</summary>
internal static class WorkerDrain
{
    /// <summary>What the phase may take beyond the workers' own time.</summary>
    public static TimeSpan Margin { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Registers the step with the system's shutdown.</summary>
    public static void Register(ActorSystem system, IReadOnlyList<IActorRef> workers, TimeSpan within)
    {
        if (workers.Count == 0 || within == TimeSpan.Zero)
        {
            return;
        }

        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-workers", async () =>
        {
            // Without a cluster there is nobody who could acknowledge.
            if (shutdown.ShutdownReason is not (CoordinatedShutdown.ClusterDowningReason
                or CoordinatedShutdown.ClusterJoinUnsuccessfulReason or NodeRefusedReason or QuorumLostReason))
            {
                await Task.WhenAll(workers.Select(worker => DrainAsync(system, worker, within)));
            }

            return Done.Instance;
        });
    }

    private static async Task DrainAsync(ActorSystem system, IActorRef worker, TimeSpan within)
    {
        try
        {
            await worker.Ask<WorkerDrained>(new DrainWorker(within), within + (Margin / 2));
        }
        catch (AskTimeoutException)
        {
            system.Log.Warning("Worker {0} was not done within {1} s; its tiles go to others", worker.Path.Name, within.TotalSeconds);
        }
    }
}
