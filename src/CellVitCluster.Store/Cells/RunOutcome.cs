using CellVitCluster.Domain.Runs;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Cells;

/// <summary>What is known of a run only at its end; recorded in the manifest.</summary>
public sealed record RunOutcome
{
    /// <summary>Tiles without a result; any order.</summary>
    public IReadOnlyList<FailedTile> FailedTiles { get; init; } = [];

    /// <summary>Numeric profiles that computed the tiles; any order.</summary>
    public IReadOnlyCollection<NumericProfile> NumericProfiles { get; init; } = [];

    /// <summary>Seconds by stage.</summary>
    public IReadOnlyDictionary<string, double> TimingsSeconds { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);
}
