using Akka.Actor;

namespace CellVitCluster.Cluster.Workers;

/// <summary>Node to its own worker: ask for no more, finish what has begun, hand the rest back. Reply: <see cref="WorkerDrained"/>.</summary>
/// <param name="Within">Time until the node stops anyway.</param>
public sealed record DrainWorker(TimeSpan Within) : INoSerializationVerificationNeeded;

/// <summary>Reply to <see cref="DrainWorker"/>: nothing is held any more.</summary>
public sealed record WorkerDrained : INoSerializationVerificationNeeded;
