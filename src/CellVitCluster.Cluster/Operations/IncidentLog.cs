using Akka.Actor;
using Akka.Event;

namespace CellVitCluster.Cluster.Operations;

/// <summary>
/// How an actor tells operators what happened: into its node's log, into a counter, and to the operations actor, which keeps the latest for
/// everybody to read. Belongs to one actor.
/// </summary>
/// <param name="operations">Proxy of the operations singleton.</param>
/// <param name="log">Log of the actor.</param>
/// <param name="time">Clock.</param>
public sealed class IncidentLog(IActorRef operations, ILoggingAdapter log, TimeProvider time)
{
    /// <summary>Reports an incident.</summary>
    /// <param name="kind">One of <see cref="IncidentKind"/>.</param>
    /// <param name="text">One sentence for people: who, what, why.</param>
    /// <param name="runId">The run it is about, or null.</param>
    /// <param name="workerId">The worker it is about, or null.</param>
    public void Report(string kind, string text, string? runId = null, string? workerId = null)
    {
        log.Info("{0}: {1}", kind, text);
        ClusterMeter.Incidents.Add(1, new KeyValuePair<string, object?>("kind", kind));
        operations.Tell(new Incident(time.GetUtcNow().ToUnixTimeMilliseconds(), kind, text, runId, workerId));
    }
}
