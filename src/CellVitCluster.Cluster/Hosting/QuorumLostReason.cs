using Akka.Actor;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Reason of a shutdown: the node has seen too few coordinators for too long.</summary>
internal sealed class QuorumLostReason : CoordinatedShutdown.Reason
{
    /// <summary>The only one.</summary>
    public static readonly QuorumLostReason Instance = new();

    private QuorumLostReason()
    {
    }

    /// <inheritdoc/>
    public override int ExitCode => 1;
}
