namespace CellVitCluster.Cluster.Merging;

/// <summary>Result files of settled tiles are missing or damaged; the tiles must be analyzed again.</summary>
public sealed class LostTilesException(IReadOnlyList<int> tiles)
    : Exception($"{tiles.Count} tile results are missing or damaged.")
{
    /// <summary>Row-major tile numbers.</summary>
    public IReadOnlyList<int> Tiles { get; } = tiles;
}
