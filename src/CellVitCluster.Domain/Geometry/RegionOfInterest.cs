namespace CellVitCluster.Domain.Geometry;

/// <summary>
/// Part of a slide that a user asked for: the union of polygons, each with holes. A cell belongs to the region when its centroid does.
/// </summary>
/// <param name="Parts">Outer ring and holes of each polygon, level-0 px.</param>
public sealed record RegionOfInterest(IReadOnlyList<RegionPart> Parts)
{
    /// <summary>Whether the point lies in any part.</summary>
    public bool Contains(SlidePoint point)
    {
        foreach (RegionPart part in Parts)
        {
            if (part.Contains(point))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the bounding box of any part meets the rectangle: a quick test that may accept too much, never too little.</summary>
    public bool MayIntersect(SlideRect rect) => Parts.Any(part => part.Outer.Bounds.Intersects(rect));
}

/// <summary>One polygon of a region of interest.</summary>
/// <param name="Outer">Outer ring.</param>
/// <param name="Holes">Rings cut out of it.</param>
public sealed record RegionPart(SlidePolygon Outer, IReadOnlyList<SlidePolygon> Holes)
{
    /// <summary>Whether the point lies inside the outer ring and in no hole.</summary>
    public bool Contains(SlidePoint point) => Outer.Contains(point) && !Holes.Any(hole => hole.Contains(point));
}
