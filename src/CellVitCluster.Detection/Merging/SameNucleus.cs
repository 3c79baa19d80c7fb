namespace CellVitCluster.Detection.Merging;

/// <summary>Whether cells of two tiles show the same nucleus: the edges of the overlap graph.</summary>
internal static class SameNucleus
{
    /// <summary>
    /// Part of the smaller cell's pixels that must be shared. Two views of one nucleus share well over half; neighbors that two tiles delineate
    /// a little differently share a few per cent.
    /// </summary>
    public const double SharedPart = 0.2;

    /// <summary>
    /// For two cut cells alternatively: part of the smaller cell inside the window of both tiles. A nucleus longer than the overlap is seen in
    /// parts that share nothing but the overlap, which can be little of either; there, however, both saw the same.
    /// </summary>
    public const double SharedPartInOverlap = 0.5;

    /// <summary>Decides for two cells of different tiles whose boxes meet.</summary>
    public static bool Shown(SeamCell a, SeamCell b)
    {
        // The common rectangle bounds what they share: most neighbors are told apart without looking at pixels.
        bool bothCut = a.Cut != TileEdges.None && b.Cut != TileEdges.None;
        GridBox common = a.Box.Intersection(b.Box);
        if (!bothCut && common.Width * common.Height <= SharedPart * Math.Min(a.Cell.AreaPixels, b.Cell.AreaPixels))
        {
            return false;
        }

        int shared = a.Mask.CountShared(b.Mask);
        if (shared == 0)
        {
            return false;
        }

        if (shared > SharedPart * Math.Min(a.Mask.Area, b.Mask.Area))
        {
            return true;
        }

        if (!bothCut)
        {
            return false;
        }

        GridBox overlap = GridBox.WindowOf(a.Frame).Intersection(GridBox.WindowOf(b.Frame));
        return shared > SharedPartInOverlap * Math.Min(a.Mask.CountInside(overlap), b.Mask.CountInside(overlap));
    }
}
