using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.Cluster.Dispatch;

/// <summary>
/// Hands out tiles to the workers that ask for them. Cluster singleton with soft state only: after a move it knows everything again within
/// seconds, from the runs' offers and the workers' requests, and grants from then on. A shell around <see cref="DispatchTable"/>.
/// </summary>
public sealed class TileDispatcherActor : ReceiveActor, IWithTimers
{
    private readonly DispatchTable _table;
    private readonly Dictionary<string, IActorRef> _workers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UniqueAddress> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<Address> _newNodes = [];
    private bool _hasPredecessor;
    private readonly DispatchOptions _options;
    private readonly IncidentLog _incidents;
    private readonly IActorRef _runs;
    private readonly TimeProvider _time;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);

    /// <summary>Creates the dispatcher.</summary>
    /// <param name="runs">Shard region of the runs, or a proxy of it.</param>
    /// <param name="operations">Proxy of the operations singleton.</param>
    /// <param name="options">How work is handed out.</param>
    /// <param name="time">Clock.</param>
    public TileDispatcherActor(IActorRef runs, IActorRef operations, DispatchOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _runs = runs;
        _options = options;
        _time = time;
        _incidents = new IncidentLog(operations, Context.GetLogger(), time);

        // A later dispatcher has a later number; where clocks disagree, the workers' requests lift it.
        _table = new DispatchTable(options, time.GetUtcNow().ToUnixTimeMilliseconds(), time.GetUtcNow() + options.TakeOver);

        Receive<OfferWork>(Accept);
        Receive<WithdrawOffer>(message =>
        {
            foreach ((string workerId, RevokeWork revocation) in _table.Withdraw(message, Now))
            {
                Tell(workerId, revocation);
            }

            Feed();
        });
        Receive<RequestWork>(Serve);
        Receive<GetWorkers>(query => Sender.Tell(
            _table.Describe(query, Now, id => _nodes.TryGetValue(id, out UniqueAddress? node) ? node.Address.ToString() : string.Empty)));
        Receive<DisassociatedEvent>(ended => Disconnect(ended.RemoteAddress));
        Receive<ClusterEvent.UnreachableMember>(gone => Lose(gone.Member.UniqueAddress));
        Receive<ClusterEvent.MemberRemoved>(gone => Remove(gone.Member.UniqueAddress, inOrder: gone.PreviousStatus != MemberStatus.Down));
        Receive<ClusterEvent.IMemberEvent>(_ => { });
        Receive<ExpireTick>(_ => Tick());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _incidents.Report(IncidentKind.TookOffice, $"The dispatcher took up its work on {_cluster.SelfAddress}.");
        Timers.StartPeriodicTimer(ExpireTick.Instance, ExpireTick.Instance, _options.Tick);
        // Merging is idempotent, so an unreachable worker's tiles go to others at once instead of after its downing.
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        _cluster.Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.MemberRemoved));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        DispatchGauges.Set(0, 0);
        Context.System.EventStream.Unsubscribe(Self);
        _cluster.Unsubscribe(Self);
    }

    private void Accept(OfferWork offer)
    {
        _table.Accept(offer, Now, Sender.Path.Address.ToString());
        Revoke();
        Feed();
    }

    private void Serve(RequestWork request)
    {
        _workers[request.WorkerId] = Sender;
        _nodes[request.WorkerId] = NodeOf(Sender.Path.Address);
        OpenEarly(request);
        IReadOnlyList<WorkGrant> grants = _table.Request(request, Now, _nodes[request.WorkerId].Address.ToString());
        foreach (RevokeWork revocation in _table.RevokedOf(request))
        {
            Sender.Tell(revocation);
        }

        Revoke();
        foreach (WorkGrant grant in grants)
        {
            Sender.Tell(grant);
        }

        Feed();
        Report();
    }

    /// <summary>
    /// A new cluster need not wait for what workers hold: as long as none of them has ever had a grant, there was no dispatcher before.
    /// </summary>
    private void OpenEarly(RequestWork request)
    {
        if (_table.IsOpen(Now))
        {
            return;
        }

        _hasPredecessor |= request.Fence != 0;
        _newNodes.Add(_nodes[request.WorkerId].Address);
        ClusterEvent.CurrentClusterState state = _cluster.State;
        if (!_hasPredecessor && state.Unreachable.Count == 0 && state.Members.Where(m => m.HasRole(NodeRoles.Worker) && m.Status != MemberStatus.Joining).All(m => _newNodes.Contains(m.Address)))
        {
            _table.Open();
        }
    }

    /// <summary>Serves workers that asked while nothing was pending, so that a new run starts without waiting for their next request.</summary>
    private void Feed()
    {
        foreach ((string workerId, WorkGrant grant) in _table.Feed(Now))
        {
            Tell(workerId, grant);
        }
    }

    private void Revoke()
    {
        foreach ((string workerId, RevokeWork revocation) in _table.TakeRevocations())
        {
            Tell(workerId, revocation);
        }
    }

    private void Tick()
    {
        _table.Expire(Now);
        foreach (OfferUnservable unservable in _table.Unservable(Now))
        {
            _runs.Tell(unservable);
        }

        Feed();
        Report();
        DispatchGauges.Set(_table.PendingTiles, _table.LivingWorkers);
    }

    /// <summary>The connection to a node has ended. Its process may have died; or the network stumbled, and its workers will speak again.</summary>
    private void Disconnect(Address address)
    {
        foreach (string workerId in _nodes.Where(n => n.Value.Address.Equals(address)).Select(n => n.Key))
        {
            _table.Disconnect(workerId, Now);
        }
    }

    private void Lose(UniqueAddress node)
    {
        foreach (string workerId in WorkersOn(node))
        {
            _table.Suspend(workerId, "is unreachable", Now);
        }

        Feed();
        Report();
    }

    private void Remove(UniqueAddress node, bool inOrder)
    {
        foreach (string workerId in WorkersOn(node))
        {
            foreach (WorkerLost lost in _table.Remove(workerId, inOrder, Now))
            {
                _runs.Tell(lost);
            }

            _workers.Remove(workerId);
            _nodes.Remove(workerId);
        }

        Feed();
        Report();
    }

    private string[] WorkersOn(UniqueAddress node) => [.. _nodes.Where(n => n.Value.Equals(node)).Select(n => n.Key)];

    /// <summary>The member at an address: an actor's path has no address when it lives on this node, and never says which incarnation.</summary>
    private UniqueAddress NodeOf(Address address)
    {
        Address full = address.HasLocalScope ? _cluster.SelfAddress : address;
        return _cluster.State.Members.FirstOrDefault(m => m.Address.Equals(full))?.UniqueAddress ?? new UniqueAddress(full, 0);
    }

    private void Tell(string workerId, object message)
    {
        if (_workers.TryGetValue(workerId, out IActorRef? worker))
        {
            worker.Tell(message);
        }
    }

    private void Report()
    {
        foreach (DispatchNotice notice in _table.TakeNotices())
        {
            _incidents.Report(notice.Kind, notice.Text, notice.RunId, notice.WorkerId);
        }
    }

    private sealed class ExpireTick : INoSerializationVerificationNeeded
    {
        public static readonly ExpireTick Instance = new();
    }
}
