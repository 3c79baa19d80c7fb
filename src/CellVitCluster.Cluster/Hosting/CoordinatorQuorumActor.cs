using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>
/// Ends a node that has seen fewer coordinators than must be there for too long; its supervisor starts it again and it joins the others. Downing
/// decides by what each side sees: sides that see different things, as on overloaded machines or after a standstill in the middle of a split, can
/// each keep themselves and remove the other, and would go on as two clusters for ever. Only one of them has the majority of the coordinators.
/// The same holds for nodes whose coordinators have all left in order: whoever is started after that founds a cluster of its own.
/// </summary>
internal sealed class CoordinatorQuorumActor : ReceiveActor, IWithTimers
{
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly int _least;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;
    private DateTimeOffset? _missingSince;

    /// <summary>Creates the watch.</summary>
    /// <param name="least">Coordinators that must be there.</param>
    /// <param name="grace">How long there may be fewer.</param>
    /// <param name="time">Clock.</param>
    public CoordinatorQuorumActor(int least, TimeSpan grace, TimeProvider time)
    {
        _least = least;
        _grace = grace;
        _time = time;
        Receive<Look>(_ => OnLook());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(Look.Instance, Look.Instance, TimeSpan.FromSeconds(1));

    private void OnLook()
    {
        ClusterEvent.CurrentClusterState state = _cluster.State;
        int there = state.Members.Count(m => m.Status == MemberStatus.Up && m.HasRole(NodeRoles.Coordinator) && !state.Unreachable.Contains(m));

        // A node that waits to become a member has a deadline of its own, and one that leaves needs none.
        if (there >= _least || _cluster.SelfMember.Status != MemberStatus.Up)
        {
            _missingSince = null;
            return;
        }

        DateTimeOffset now = _time.GetUtcNow();
        _missingSince ??= now;
        if (now - _missingSince >= _grace)
        {
            _log.Error("Only {0} of {1} coordinators were seen for {2} s: this node may be cut off from the others and stops", there, _least, _grace.TotalSeconds);
            Timers.CancelAll();
            _ = CoordinatedShutdown.Get(Context.System).Run(QuorumLostReason.Instance);
        }
    }

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }
}
