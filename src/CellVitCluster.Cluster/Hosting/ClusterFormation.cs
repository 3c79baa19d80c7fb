using System.Net;
using Akka.Actor;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>
/// Makes the node a member: finds the seeds, joins, and gives the node up when it is no member in time, so that its supervisor starts it
/// again with a fresh look at the seeds.
/// </summary>
/// <param name="system">The node's actor system.</param>
/// <param name="options">Whom to join.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log of the node.</param>
internal sealed partial class ClusterFormation(ActorSystem system, ClusterNodeOptions options, TimeProvider time, ILogger<ClusterFormation> log)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        var member = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(() => member.TrySetResult());
        using var late = new CancellationTokenSource(options.Timings.Join, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, late.Token);
        try
        {
            IReadOnlyList<Address> seeds = await FindSeedsAsync(cluster.SelfAddress, deadline.Token);
            Joining(cluster.SelfAddress, options.Version, string.Join(", ", seeds));
            cluster.JoinSeedNodes(await new SeedHandshake(system, options.Version.Identity, options.Timings.SeedAnswer).FindAsync(seeds, deadline.Token));
            await member.Task.WaitAsync(deadline.Token);
        }
        catch (NodeRefusedException refusal)
        {
            Refused(refusal.Message);
            await CoordinatedShutdown.Get(system).Run(new NodeRefusedReason(refusal.Message));
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            NotInTime(options.Timings.Join.TotalSeconds);
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance);
        }
    }

    private async Task<IReadOnlyList<Address>> FindSeedsAsync(Address self, CancellationToken cancellation)
    {
        IReadOnlyList<SeedAddress> seeds = options.SeedDns is SeedDns dns
            ? await new SeedDiscovery(Dns.GetHostAddressesAsync, time).FindAsync(dns, cancellation)
            : options.Seeds;
        return seeds.Count == 0 ? [self] : [.. seeds.Select(seed => self.WithHost(seed.Host).WithPort(seed.Port))];
    }

    [LoggerMessage(LogLevel.Information, "Node {Address}, version {Version}, looks for a cluster at {Seeds}")]
    private partial void Joining(Address address, NodeVersion version, string seeds);

    [LoggerMessage(LogLevel.Error, "This node cannot join and stops: {Reason}")]
    private partial void Refused(string reason);

    [LoggerMessage(LogLevel.Error, "The node did not become a member of a cluster within {Seconds} s and gives up")]
    private partial void NotInTime(double seconds);
}
