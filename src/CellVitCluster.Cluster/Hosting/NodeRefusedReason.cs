using Akka.Actor;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Reason of a shutdown: the cluster cannot work with this node.</summary>
/// <param name="why">What differs.</param>
internal sealed class NodeRefusedReason(string why) : CoordinatedShutdown.Reason
{
    /// <summary>What differs.</summary>
    public string Why { get; } = why;

    /// <inheritdoc/>
    public override int ExitCode => 1;
}
