using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>What a node is and how its rooms are set up.</summary>
public sealed record ClusterNodeOptions
{
    /// <summary>Database of the facts; needed by coordinators, null for every other node.</summary>
    public JournalLocation? Journal { get; init; }

    /// <summary>Roles of this node; see <see cref="NodeRoles"/>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = NodeRoles.All;

    /// <summary>Address to listen on; <c>0.0.0.0</c> listens on all.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Address under which the others reach this node; null for <see cref="Host"/>. Seeds must name it letter by letter.</summary>
    public string? PublicHost { get; init; }

    /// <summary>Port under which the others reach this node, when something between them and it forwards another one; null for <see cref="Port"/>.</summary>
    public int? PublicPort { get; init; }

    /// <summary>Whether the log also tells of every tile and every message of the cluster's own housekeeping.</summary>
    public bool LogsDebug { get; init; }

    /// <summary>
    /// Nodes to join. Empty, and no <see cref="SeedDns"/>: the node founds a cluster of its own. A node that finds itself at the first place
    /// founds the cluster when none of the others answers.
    /// </summary>
    public IReadOnlyList<SeedAddress> Seeds { get; init; } = [];

    /// <summary>Where to look the seeds up instead; null for <see cref="Seeds"/>.</summary>
    public SeedDns? SeedDns { get; init; }

    /// <summary>
    /// Coordinators that must have joined before anything starts. More than half of those that a site means to have keeps a coordinator that
    /// nobody can see from working on its own. Must be the same on every node: whichever leads applies it.
    /// </summary>
    public int MinCoordinators { get; init; } = 1;

    /// <summary>Who this node says it is when it joins.</summary>
    public NodeVersion Version { get; init; } = NodeVersion.Current;

    /// <summary>How long things may take.</summary>
    public ClusterTimings Timings { get; init; } = new();

    /// <summary>Admission of runs.</summary>
    public AdmissionOptions Admission { get; init; } = new();

    /// <summary>Handing out of tiles.</summary>
    public DispatchOptions Dispatch { get; init; } = new();

    /// <summary>Limits of a run.</summary>
    public SlideRunOptions Runs { get; init; } = new();

    /// <summary>Limits of a worker.</summary>
    public WorkerOptions Workers { get; init; } = new();

    /// <summary>Building of cell stores.</summary>
    public MergeOptions Merging { get; init; } = new();

    /// <summary>Whether the node has a role.</summary>
    public bool HasRole(string role) => Roles.Contains(role, StringComparer.Ordinal);
}
