namespace CellVitCluster.Cluster.Merging;

/// <summary>How cell stores are built.</summary>
public sealed record MergeOptions
{
    /// <summary>Whether tile results are deleted once the store is published (it holds everything they hold).</summary>
    public bool RemoveTileResults { get; init; } = true;
}
