using Akka.Cluster.Sharding;
using CellVitCluster.Cluster.Serialization;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Finds the entity of a message by its run. The number of shards is part of the protocol and never changes.</summary>
public sealed class RunIdExtractor() : HashCodeMessageExtractor(ShardCount)
{
    /// <summary>Number of shards.</summary>
    public const int ShardCount = 100;

    /// <inheritdoc/>
    public override string? EntityId(object message) => (message as IWithRunId)?.RunId;
}
