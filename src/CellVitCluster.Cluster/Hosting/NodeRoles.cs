namespace CellVitCluster.Cluster.Hosting;

/// <summary>Cluster roles.</summary>
public static class NodeRoles
{
    /// <summary>Singletons and runs; no native code, no pixels. The only role that needs a journal.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>Reads slides and hosts the model.</summary>
    public const string Worker = "worker";

    /// <summary>Merges seams and builds cell stores.</summary>
    public const string Merger = "merger";

    /// <summary>Speaks to people and programs outside of the cluster.</summary>
    public const string Api = "api";

    /// <summary>Every role that has to be somewhere for a slide to be analyzed: a laptop.</summary>
    public static IReadOnlyList<string> All { get; } = [Coordinator, Worker, Merger];

    /// <summary>Every role there is.</summary>
    public static IReadOnlyList<string> Known { get; } = [Coordinator, Worker, Merger, Api];
}
