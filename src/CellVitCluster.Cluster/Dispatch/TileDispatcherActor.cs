using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.Cluster.Dispatch;

/// <summary>
/// Hands out tiles to the workers that ask for them. Cluster singleton with soft state only: after a move it knows everything again within
/// seconds, from the runs' offers and the workers' requests. A shell around <see cref="DispatchTable"/>.
/// </summary>
public sealed class TileDispatcherActor : ReceiveActor, IWithTimers
{
    private readonly DispatchTable _table;
    private readonly Dictionary<string, IActorRef> _hungry = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RequestWork> _requests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Address> _addresses = new(StringComparer.Ordinal);
    private readonly DispatchOptions _options;
    private readonly IncidentLog _incidents;

    /// <summary>Creates the dispatcher.</summary>
    /// <param name="operations">Proxy of the operations singleton.</param>
    /// <param name="options">How work is handed out.</param>
    /// <param name="time">Clock.</param>
    public TileDispatcherActor(IActorRef operations, DispatchOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _incidents = new IncidentLog(operations, Context.GetLogger(), time);
        _table = new DispatchTable(options);

        Receive<OfferWork>(offer =>
        {
            _table.Accept(offer, time.GetUtcNow());
            Feed(time.GetUtcNow());
        });
        Receive<WithdrawOffer>(message => _table.Withdraw(message.RunId));
        Receive<RequestWork>(request =>
        {
            _addresses[request.WorkerId] = Sender.Path.Address;
            Serve(request, Sender, time.GetUtcNow());
        });
        Receive<ClusterEvent.UnreachableMember>(gone => Lose(gone.Member.Address));
        Receive<ClusterEvent.MemberRemoved>(gone => Lose(gone.Member.Address));
        Receive<ClusterEvent.IMemberEvent>(_ => { });
        Receive<ExpireTick>(_ => _table.Expire(time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _incidents.Report(IncidentKind.TookOffice, $"The dispatcher took up its work on {Akka.Cluster.Cluster.Get(Context.System).SelfAddress}.");
        Timers.StartPeriodicTimer(ExpireTick.Instance, ExpireTick.Instance, _options.Tick);
        // Merging is idempotent, so an unreachable worker's tiles go to others at once instead of after its downing.
        Akka.Cluster.Cluster.Get(Context.System).Subscribe(
            Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.MemberRemoved));
    }

    /// <inheritdoc/>
    protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);

    private void Serve(RequestWork request, IActorRef worker, DateTimeOffset now)
    {
        IReadOnlyList<WorkGrant> grants = _table.Request(request, now);
        foreach (WorkGrant grant in grants)
        {
            worker.Tell(grant);
        }

        int granted = grants.Sum(grant => grant.Tiles.Count);
        if (granted < request.Credit)
        {
            _hungry[request.WorkerId] = worker;
            _requests[request.WorkerId] = Remember(request, grants, request.Credit - granted);
        }
        else
        {
            Forget(request.WorkerId);
        }
    }

    /// <summary>Serves workers that asked while nothing was pending, so that a new run starts without waiting for their next request.</summary>
    private void Feed(DateTimeOffset now)
    {
        foreach ((string workerId, IActorRef worker) in _hungry.ToArray())
        {
            Serve(_requests[workerId], worker, now);
        }
    }

    private static RequestWork Remember(RequestWork request, IReadOnlyList<WorkGrant> grants, int credit)
    {
        Dictionary<string, List<int>> held = request.Held.ToDictionary(h => h.RunId, h => h.Tiles.ToList(), StringComparer.Ordinal);
        foreach (WorkGrant grant in grants)
        {
            if (!held.TryGetValue(grant.RunId, out List<int>? tiles))
            {
                held[grant.RunId] = tiles = [];
            }

            tiles.AddRange(grant.Tiles);
        }

        return request with { Credit = credit, Held = [.. held.Select(h => new HeldWork(h.Key, h.Value))] };
    }

    private void Lose(Address address)
    {
        foreach (string workerId in _addresses.Where(a => a.Value == address).Select(a => a.Key).ToArray())
        {
            _table.Lose(workerId);
            _addresses.Remove(workerId);
            Forget(workerId);
        }
    }

    private void Forget(string workerId)
    {
        _hungry.Remove(workerId);
        _requests.Remove(workerId);
    }

    private sealed class ExpireTick : INoSerializationVerificationNeeded
    {
        public static readonly ExpireTick Instance = new();
    }
}
