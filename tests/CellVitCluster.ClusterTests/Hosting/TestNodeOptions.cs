using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Domain.Ports;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>What a node of a test is.</summary>
/// <param name="Folder">Journal and results; the nodes of one cluster share it.</param>
internal sealed record TestNodeOptions(TemporaryFolder Folder)
{
    /// <summary>Roles of the node.</summary>
    public IReadOnlyList<string> Roles { get; init; } = NodeRoles.All;

    /// <summary>One worker each.</summary>
    public IReadOnlyList<ITileAnalyzer> Analyzers { get; init; } = [];

    /// <summary>Classifiers of a merger, or null.</summary>
    public ITokenClassifierLoader? Classifiers { get; init; }

    /// <summary>Database of a coordinator.</summary>
    public JournalKind Journal { get; init; } = JournalKind.Sqlite;

    /// <summary>A member of the cluster to join; null founds one.</summary>
    public TestNode? Joins { get; init; }

    /// <summary>Changes whatever else the node is told.</summary>
    public Func<ClusterNodeOptions, ClusterNodeOptions> Adjust { get; init; } = options => options;
}
