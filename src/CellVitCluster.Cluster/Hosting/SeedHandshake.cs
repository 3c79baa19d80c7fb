using Akka.Actor;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>
/// Asks the seeds who they are before the node joins: a node that joined first and was refused later could already have been given runs.
/// </summary>
/// <param name="system">The node's actor system.</param>
/// <param name="self">This node.</param>
/// <param name="answer">How long to wait for each answer.</param>
internal sealed class SeedHandshake(ActorSystem system, NodeIdentity self, TimeSpan answer)
{
    private readonly Address _address = Akka.Cluster.Cluster.Get(system).SelfAddress;

    /// <summary>
    /// Returns the seeds to join: those that answered, this node itself at the first place if it stands there. A node that may not found a
    /// cluster goes on asking until somebody answers.
    /// </summary>
    /// <exception cref="NodeRefusedException">A seed cannot work with this node.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<IReadOnlyList<Address>> FindAsync(IReadOnlyList<Address> seeds, CancellationToken cancellation)
    {
        bool founds = seeds[0] == _address;
        Address[] others = [.. seeds.Where(seed => seed != _address)];
        while (true)
        {
            Address[] answered = [.. (await Task.WhenAll(others.Select(seed => AskAsync(seed, cancellation)))).OfType<Address>()];
            if (founds || answered.Length > 0)
            {
                return founds ? [_address, .. answered] : answered;
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<Address?> AskAsync(Address seed, CancellationToken cancellation)
    {
        try
        {
            NodeIntroduced answerer = await system.ActorSelection(new RootActorPath(seed) / "user" / HandshakeActor.Name)
                .Ask<NodeIntroduced>(new IntroduceNode(self), answer, cancellation);
            return self.ReasonAgainst(answerer.Node) is string reason ? throw new NodeRefusedException(seed, reason) : seed;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}

/// <summary>A seed cannot work with this node.</summary>
internal sealed class NodeRefusedException(Address seed, string reason) : Exception($"Seed {seed}: {reason}");
