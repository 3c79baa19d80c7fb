using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.Api.Operations;

/// <summary>A node of the cluster, as the node that answers sees it.</summary>
/// <param name="Address">Where it listens for its peers.</param>
/// <param name="Roles">What it does.</param>
/// <param name="Status">Its state of membership: <c>joining</c>, <c>weaklyup</c>, <c>up</c>, <c>leaving</c>, <c>exiting</c>, <c>down</c>.</param>
/// <param name="Version">Version of its program.</param>
/// <param name="Reachable">Whether its heartbeats arrive.</param>
/// <param name="Self">It is the one that answers.</param>
public sealed record MemberDocument(string Address, IReadOnlyList<string> Roles, string Status, string Version, bool Reachable, bool Self);

/// <summary>Reply to <c>GET /api/cluster/members</c>, oldest first.</summary>
/// <param name="Members">The nodes.</param>
public sealed record MemberListDocument(IReadOnlyList<MemberDocument> Members);

/// <summary>A worker and what it holds.</summary>
/// <param name="Id">Unique per worker process and device.</param>
/// <param name="Address">Its node.</param>
/// <param name="Profile">Numeric profile of its results.</param>
/// <param name="ModelDigest">SHA-256 of the weights it has loaded.</param>
/// <param name="SecondsSinceHeard">Since it last asked for work.</param>
/// <param name="TilesHeld">Tiles it works on, waits to begin, or waits to have acknowledged.</param>
/// <param name="Runs">The runs of these tiles.</param>
/// <param name="Draining">It is being stopped in order.</param>
public sealed record WorkerDocument(
    string Id, string Address, string Profile, string ModelDigest, double SecondsSinceHeard, int TilesHeld, IReadOnlyList<string> Runs, bool Draining)
{
    internal static WorkerDocument Of(WorkerStatus worker) => new(
        worker.WorkerId, worker.Address, worker.Profile, worker.ModelDigest, Math.Round(worker.SecondsSinceHeard, 1), worker.TilesHeld, worker.Runs, worker.Draining);
}

/// <summary>Reply to <c>GET /api/cluster/workers</c>.</summary>
/// <param name="Workers">The workers.</param>
public sealed record WorkerListDocument(IReadOnlyList<WorkerDocument> Workers);

/// <summary>Something that happened and that an operator may want to read about.</summary>
/// <param name="Number">Grows; ask for what comes after it.</param>
/// <param name="At">When.</param>
/// <param name="Kind">A stable name such as <c>tiles-reclaimed</c>.</param>
/// <param name="Text">One sentence: who, what, why.</param>
/// <param name="Run">The run it is about, or null.</param>
/// <param name="Worker">The worker it is about, or null.</param>
public sealed record IncidentDocument(long Number, DateTimeOffset At, string Kind, string Text, string? Run, string? Worker)
{
    internal static IncidentDocument Of(NumberedIncident numbered) => new(
        numbered.Number,
        DateTimeOffset.FromUnixTimeMilliseconds(numbered.Incident.At),
        numbered.Incident.Kind,
        numbered.Incident.Text,
        numbered.Incident.RunId,
        numbered.Incident.WorkerId);
}

/// <summary>Reply to <c>GET /api/incidents</c>, oldest first.</summary>
/// <param name="Incidents">The newest that were asked for.</param>
public sealed record IncidentListDocument(IReadOnlyList<IncidentDocument> Incidents);

/// <summary>Reply to <c>GET /healthz</c> and <c>GET /readyz</c>.</summary>
/// <param name="Status"><c>live</c>, <c>ready</c> or <c>joining</c>.</param>
public sealed record HealthDocument(string Status);
