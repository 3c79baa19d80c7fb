namespace CellVitCluster.Cluster.Merging;

/// <summary>How cell stores are built.</summary>
public sealed record MergeOptions
{
    /// <summary>Whether tile results are deleted once the store is published (it holds everything they hold).</summary>
    public bool RemoveTileResults { get; init; } = true;

    /// <summary>
    /// Slides of one node whose tiles are merged, or whose stores are sealed, at the same moment; at least 1. More than there are processors
    /// only costs memory. The others wait between two tiles, so that a slide whose tiles come slowly holds nobody up.
    /// </summary>
    public int MaxConcurrentMerges { get; init; } = Environment.ProcessorCount;
}
