using Akka.Actor;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Why a node that nobody asked to stop has stopped.</summary>
public static class NodeDeparture
{
    /// <summary>The reason as an error for the user; null when the node was stopped in order.</summary>
    /// <param name="system">A terminated actor system.</param>
    /// <param name="options">What the node was told.</param>
    public static ClusterException? ErrorOf(ActorSystem system, ClusterNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string node = $"Node {Akka.Cluster.Cluster.Get(system).SelfAddress}";
        return CoordinatedShutdown.Get(system).ShutdownReason switch
        {
            CoordinatedShutdown.ClusterJoinUnsuccessfulReason => new ClusterException(
                ErrorCode.ClusterUnreachable,
                $"{node} did not become a member of a cluster within {options.Timings.Join.TotalSeconds:0} s.",
                Waited(options),
                "Check the addresses, that the others run and show the same public host, and that a firewall lets the port through."),
            NodeRefusedReason refused => new ClusterException(
                ErrorCode.ClusterRefused,
                $"{node} was refused by the cluster.",
                $"{refused.Why}.",
                "Install the same version of CellVitCluster on both."),
            CoordinatedShutdown.ClusterDowningReason => new ClusterException(
                ErrorCode.ClusterLost,
                $"{node} was removed from the cluster.",
                "The others could not reach it for too long, or it saw too few of the coordinators.",
                "Start it again; if it happens often, look for an overloaded machine or network."),
            QuorumLostReason => new ClusterException(
                ErrorCode.ClusterLost,
                $"{node} has lost its cluster.",
                FormattableString.Invariant(
                    $"It saw fewer than {options.MinCoordinators} coordinators for {options.Timings.QuorumGrace.TotalSeconds:0} s; the others may go on without it."),
                "Start it again, and the coordinators that are not there; if it happens often, look for an overloaded machine or network."),
            _ => null,
        };
    }

    private static string Waited(ClusterNodeOptions options)
    {
        string coordinators = options.MinCoordinators > 1
            ? $", or there were fewer than {options.MinCoordinators} coordinators"
            : string.Empty;
        return options switch
        {
            { SeedDns: SeedDns dns } => $"'{dns.Name}' did not show {dns.Count} addresses, none of them answered{coordinators}.",
            { Seeds.Count: > 0 } => $"No answer came from {string.Join(", ", options.Seeds)}{coordinators}.",
            _ => $"It was to found one{coordinators}.",
        };
    }
}
