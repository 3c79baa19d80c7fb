using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Contours;

/// <summary>Outline of last resort for nuclei too thin to have one through their pixel centers.</summary>
internal static class BoxOutline
{
    /// <summary>Outer edges of the box's pixels, beginning at the upper-left corner and going down, as traced contours do.</summary>
    public static TileContour Of(TileRect box)
    {
        short left = (short)(box.X * TileContour.UnitsPerPixel);
        short right = (short)(box.Right * TileContour.UnitsPerPixel);
        short top = (short)(box.Y * TileContour.UnitsPerPixel);
        short bottom = (short)(box.Bottom * TileContour.UnitsPerPixel);
        return new TileContour([left, top, left, bottom, right, bottom, right, top]);
    }
}
