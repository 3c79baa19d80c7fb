using CellVitCluster.Domain.Geometry;
using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;

namespace CellVitCluster.Evaluation.Regions;

/// <summary>Finds regions by their boxes (R-tree). Not thread-safe while the first query builds the tree.</summary>
internal sealed class RegionIndex
{
    private readonly STRtree<int> _tree = new();

    /// <summary>Indexes the regions that have pixels.</summary>
    public RegionIndex(IReadOnlyList<PixelRegion> regions)
    {
        for (int i = 0; i < regions.Count; i++)
        {
            if (regions[i].Area > 0)
            {
                _tree.Insert(Around(regions[i].Box), i);
            }
        }
    }

    /// <summary>Indices of the regions whose boxes share an area or a side with that of <paramref name="region"/>, ascending.</summary>
    public IReadOnlyList<int> Near(PixelRegion region)
    {
        if (region.Area == 0)
        {
            return [];
        }

        int[] found = [.. _tree.Query(Around(region.Box))];
        Array.Sort(found);
        return found;
    }

    private static Envelope Around(SlideRect box) => new(box.X, box.Right, box.Y, box.Bottom);
}
