using System.Buffers;
using CellVitCluster.Domain.Cells;

namespace CellVitCluster.Detection.Measures;

/// <summary>Measures of an outline in the px of its frame.</summary>
/// <param name="Area">Enclosed area in px². An outline through pixel centers encloses less than its pixels cover.</param>
/// <param name="Perimeter">Length of the closed outline in px.</param>
/// <param name="MaxDiameter">Largest distance between two vertices in px.</param>
/// <param name="Circularity">
/// 4π·area/perimeter² of the outline itself, 0 … 1; area and length come from the same ring, so that small nuclei are not flattered.
/// </param>
public readonly record struct OutlineMeasures(double Area, double Perimeter, double MaxDiameter, double Circularity)
{
    /// <summary>Measures the outline of a nucleus in tile px; the same bits wherever in the tile it lies.</summary>
    public static OutlineMeasures Of(TileContour contour)
    {
        ArgumentNullException.ThrowIfNull(contour);
        ReadOnlySpan<short> units = contour.Units;
        double[] rented = ArrayPool<double>.Shared.Rent(units.Length);
        Span<double> ring = rented.AsSpan(0, units.Length);
        for (int i = 0; i < ring.Length; i++)
        {
            ring[i] = units[i] / (double)TileContour.UnitsPerPixel;
        }

        OutlineMeasures measures = Of(ring);
        ArrayPool<double>.Shared.Return(rented);
        return measures;
    }

    /// <summary>Measures a ring.</summary>
    /// <param name="ring">Interleaved x, y; first vertex not repeated; at least one.</param>
    public static OutlineMeasures Of(ReadOnlySpan<double> ring)
    {
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
        return new OutlineMeasures(
            area,
            length,
            ConvexHull.Diameter(ring),
            length == 0 ? 0 : Math.Min(4 * Math.PI * area / (length * length), 1));
    }
}
