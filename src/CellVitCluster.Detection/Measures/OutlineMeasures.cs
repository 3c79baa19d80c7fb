using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Detection.Measures;

/// <summary>Measures of an outline.</summary>
/// <param name="AreaSquareMicrons">Enclosed area in µm². An outline through pixel centers encloses less than its pixels cover.</param>
/// <param name="PerimeterMicrons">Length of the closed outline in µm.</param>
/// <param name="MaxDiameterMicrons">Largest distance between two vertices in µm.</param>
/// <param name="Circularity">
/// 4π·area/perimeter² of the outline itself, 0 … 1; area and length come from the same ring, so that small nuclei are not flattered.
/// </param>
public readonly record struct OutlineMeasures(
    double AreaSquareMicrons, double PerimeterMicrons, double MaxDiameterMicrons, double Circularity)
{
    /// <summary>Measures an outline in level-0 px.</summary>
    /// <param name="outline">Outline.</param>
    /// <param name="levelZero">Pixel size of level 0.</param>
    public static OutlineMeasures Of(SlidePolygon outline, Mpp levelZero)
    {
        ArgumentNullException.ThrowIfNull(outline);
        ReadOnlySpan<double> ring = outline.ToArray();
        double twiceArea = 0, length = 0;
        double previousX = ring[^2], previousY = ring[^1];
        for (int i = 0; i < ring.Length; i += 2)
        {
            double x = ring[i], y = ring[i + 1];
            double dx = x - previousX, dy = y - previousY;

            // Relative to the first vertex: far from the origin the products would lose the area's digits.
            twiceArea += ((previousX - ring[0]) * dy) - ((previousY - ring[1]) * dx);
            length += Math.Sqrt((dx * dx) + (dy * dy));
            (previousX, previousY) = (x, y);
        }

        double area = Math.Abs(twiceArea) / 2;
        double microns = levelZero.MicronsPerPixel;
        return new OutlineMeasures(
            area * levelZero.SquareMicronsPerPixel,
            length * microns,
            ConvexHull.Diameter(ring) * microns,
            length == 0 ? 0 : Math.Min(4 * Math.PI * area / (length * length), 1));
    }
}
