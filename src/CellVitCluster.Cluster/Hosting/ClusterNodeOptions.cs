using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>What a node is and how its rooms are set up.</summary>
public sealed record ClusterNodeOptions
{
    /// <summary>SQLite file of the journal; its directory must exist.</summary>
    public required string JournalPath { get; init; }

    /// <summary>Roles of this node; see <see cref="NodeRoles"/>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = NodeRoles.All;

    /// <summary>Address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }

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
}

/// <summary>Cluster roles.</summary>
public static class NodeRoles
{
    /// <summary>Singletons and runs; no native code, no pixels.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>Reads slides and hosts the model.</summary>
    public const string Worker = "worker";

    /// <summary>Merges seams and builds cell stores.</summary>
    public const string Merger = "merger";

    /// <summary>Every role: a laptop.</summary>
    public static IReadOnlyList<string> All { get; } = [Coordinator, Worker, Merger];
}
