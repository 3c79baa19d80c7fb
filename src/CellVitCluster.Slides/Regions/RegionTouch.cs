using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Slides.Regions;

/// <summary>Exact test whether a region of interest and a rectangle share an area or an edge.</summary>
internal static class RegionTouch
{
    /// <summary>Whether any part of the region reaches into the rectangle.</summary>
    public static bool Meets(RegionOfInterest region, SlideRect rect)
    {
        foreach (RegionPart part in region.Parts)
        {
            if (part.Outer.Bounds.Intersects(rect) && Meets(part, rect))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Where no ring runs through the rectangle, the rectangle lies completely inside or completely outside the part, and one of its points
    /// tells which.
    /// </summary>
    private static bool Meets(RegionPart part, SlideRect rect) =>
        RunsThrough(part.Outer, rect)
        || part.Holes.Any(hole => RunsThrough(hole, rect))
        || part.Contains(new SlidePoint(rect.X + (rect.Width / 2), rect.Y + (rect.Height / 2)));

    private static bool RunsThrough(SlidePolygon ring, SlideRect rect)
    {
        SlidePoint from = ring[ring.Count - 1];
        for (int i = 0; i < ring.Count; i++)
        {
            SlidePoint to = ring[i];
            if (SegmentMeets(from, to, rect))
            {
                return true;
            }

            from = to;
        }

        return false;
    }

    /// <summary>Liang–Barsky clipping: a segment meets the rectangle when some of it is left after clipping at the four sides.</summary>
    private static bool SegmentMeets(SlidePoint from, SlidePoint to, SlideRect rect)
    {
        double dx = to.X - from.X, dy = to.Y - from.Y;
        double enter = 0, leave = 1;
        return Clip(-dx, from.X - rect.X, ref enter, ref leave)
            && Clip(dx, rect.Right - from.X, ref enter, ref leave)
            && Clip(-dy, from.Y - rect.Y, ref enter, ref leave)
            && Clip(dy, rect.Bottom - from.Y, ref enter, ref leave);
    }

    private static bool Clip(double direction, double distance, ref double enter, ref double leave)
    {
        if (direction == 0)
        {
            return distance >= 0;
        }

        double at = distance / direction;
        if (direction < 0)
        {
            enter = Math.Max(enter, at);
        }
        else
        {
            leave = Math.Min(leave, at);
        }

        return enter <= leave;
    }
}
