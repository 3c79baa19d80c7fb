using Akka.Actor;
using Akka.Cluster;

namespace CellVitCluster.Cluster.Operations;

/// <summary>
/// Remembers the latest incidents of the whole cluster for people. Cluster singleton with soft state: after a move the story begins anew,
/// the nodes' logs have all of it.
/// </summary>
public sealed class OperationsActor : ReceiveActor
{
    /// <summary>Incidents kept.</summary>
    public const int Capacity = 2_000;

    private readonly Queue<NumberedIncident> _incidents = new();
    private readonly TimeProvider _time;
    private long _last;

    /// <summary>Creates the actor.</summary>
    /// <param name="time">Clock.</param>
    public OperationsActor(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;

        // Numbers go on growing when the singleton moves, so that a reader who asks for what is new misses nothing.
        _last = time.GetUtcNow().ToUnixTimeMilliseconds() << 10;
        Receive<Incident>(Remember);
        Receive<GetIncidents>(query => Sender.Tell(new Incidents(
            [.. _incidents.Where(i => i.Number > query.After && (query.RunId is null || i.Incident.RunId == query.RunId)).TakeLast(Math.Min(query.Take, GetIncidents.MaxIncidents))])));
        Receive<ClusterEvent.IMemberEvent>(change => Remember(change.Member, change.GetType().Name["Member".Length..].ToLowerInvariant()));
        Receive<ClusterEvent.UnreachableMember>(change => Remember(change.Member, "unreachable"));
        Receive<ClusterEvent.ReachableMember>(change => Remember(change.Member, "reachable again"));
    }

    /// <inheritdoc/>
    protected override void PreStart() => Akka.Cluster.Cluster.Get(Context.System).Subscribe(
        Self,
        ClusterEvent.InitialStateAsEvents,
        typeof(ClusterEvent.IMemberEvent),
        typeof(ClusterEvent.UnreachableMember),
        typeof(ClusterEvent.ReachableMember));

    /// <inheritdoc/>
    protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);

    private void Remember(Member member, string what) => Remember(new Incident(
        _time.GetUtcNow().ToUnixTimeMilliseconds(),
        IncidentKind.MemberChanged,
        $"Node {member.Address} ({string.Join(", ", member.Roles.Order(StringComparer.Ordinal))}; version {member.AppVersion}) is {what}.",
        RunId: null,
        WorkerId: null));

    private void Remember(Incident incident)
    {
        _incidents.Enqueue(new NumberedIncident(++_last, incident));
        if (_incidents.Count > Capacity)
        {
            _incidents.Dequeue();
        }
    }
}
