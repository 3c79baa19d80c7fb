using Akka.Actor;
using Akka.Event;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Tells newcomers who this node is. Lives on every node under <see cref="Name"/>, member of a cluster or not.</summary>
internal sealed class HandshakeActor : ReceiveActor
{
    /// <summary>Name of the actor; part of the protocol.</summary>
    public const string Name = "handshake";

    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>Creates the actor.</summary>
    /// <param name="self">This node.</param>
    public HandshakeActor(NodeIdentity self)
    {
        Receive<IntroduceNode>(question =>
        {
            if (self.ReasonAgainst(question.Node) is string reason)
            {
                _log.Warning("Node {0} is refused: {1}", Sender.Path.Address, reason);
            }

            Sender.Tell(new NodeIntroduced(self));
        });
    }
}
