using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Cells;

/// <summary>What publishing a store did.</summary>
/// <param name="Directory">Absolute path of the store that is in place now.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Kind">How it came there.</param>
public sealed record StorePublication(string Directory, StoreManifest Manifest, PublicationKind Kind);

/// <summary>How a published store came into its place.</summary>
public enum PublicationKind
{
    /// <summary>The place was free.</summary>
    Published = 0,

    /// <summary>A store of another run gave way.</summary>
    Replaced = 1,

    /// <summary>A store of the same run was there and was kept.</summary>
    AlreadyPublished = 2,
}
