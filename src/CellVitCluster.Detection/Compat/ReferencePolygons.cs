using NetTopologySuite;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Implementation;

namespace CellVitCluster.Detection.Compat;

/// <summary>
/// Planar polygons as the published cleaning sees them: closed contours in double precision, repaired by <c>buffer(0)</c> when they touch or
/// cross themselves, of which the largest part counts (spec/inference.md §14, stage B).
/// </summary>
internal sealed class ReferencePolygons
{
    private readonly GeometryFactory _factory = new NtsGeometryServices(
        CoordinateArraySequenceFactory.Instance,
        new PrecisionModel(PrecisionModels.Floating),
        srid: 0,
        GeometryOverlay.NG,
        new CoordinateEqualityComparer()).CreateGeometryFactory();

    /// <summary>Polygon of a contour; empty when it encloses nothing.</summary>
    public Geometry Build(IReadOnlyList<int> contour)
    {
        var ring = new Coordinate[(contour.Count / 2) + 1];
        for (int i = 0; i < ring.Length - 1; i++)
        {
            ring[i] = new Coordinate(contour[2 * i], contour[(2 * i) + 1]);
        }

        ring[^1] = ring[0].Copy();
        Geometry polygon = _factory.CreatePolygon(ring);
        return polygon.IsValid ? polygon : LargestPart(polygon.Buffer(0));
    }

    private static Geometry LargestPart(Geometry repaired)
    {
        Geometry largest = repaired.GetGeometryN(0);
        for (int i = 1; i < repaired.NumGeometries; i++)
        {
            Geometry part = repaired.GetGeometryN(i);
            largest = part.Area > largest.Area ? part : largest;
        }

        return largest;
    }
}
