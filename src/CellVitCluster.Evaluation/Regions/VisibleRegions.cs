namespace CellVitCluster.Evaluation.Regions;

/// <summary>
/// Overlapping cells made disjoint as drawing them one after the other into a label map does: later cells overwrite earlier ones
/// (spec/metrics.md §3.6).
/// </summary>
public static class VisibleRegions
{
    /// <summary>What remains of each region below those that follow it in the list; in the same order.</summary>
    public static IReadOnlyList<PixelRegion> Of(IReadOnlyList<PixelRegion> regions)
    {
        ArgumentNullException.ThrowIfNull(regions);
        var index = new RegionIndex(regions);
        var visible = new PixelRegion[regions.Count];
        for (int i = 0; i < visible.Length; i++)
        {
            PixelRegion rest = regions[i];
            foreach (int above in index.Near(rest))
            {
                rest = above > i && rest.CountShared(regions[above]) > 0 ? rest.Except(regions[above]) : rest;
            }

            visible[i] = rest;
        }

        return visible;
    }
}
