using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.UnitTests.Detection.Seams;

/// <summary>Pixels inside an outline, found without the code under test.</summary>
internal static class OutlineRows
{
    /// <summary>Calls back for each pixel whose center, moved down by a hair, lies inside: the outline runs through pixel centers.</summary>
    public static void ForEachPixel(SlidePolygon outline, Action<int, int> pixel)
    {
        SlideRect bounds = outline.Bounds;
        double[] ring = outline.ToArray();
        var crossings = new List<double>();
        for (int y = (int)Math.Floor(bounds.Y); y <= bounds.Y + bounds.Height; y++)
        {
            double level = y + 0.5 + 1e-7;
            crossings.Clear();
            for (int i = 0, j = ring.Length - 2; i < ring.Length; j = i, i += 2)
            {
                if ((ring[i + 1] > level) != (ring[j + 1] > level))
                {
                    crossings.Add(ring[j] + ((level - ring[j + 1]) * (ring[i] - ring[j]) / (ring[i + 1] - ring[j + 1])));
                }
            }

            crossings.Sort();
            for (int i = 0; i + 1 < crossings.Count; i += 2)
            {
                for (int x = (int)Math.Ceiling(crossings[i] - 0.5); x + 0.5 <= crossings[i + 1]; x++)
                {
                    pixel(x, y);
                }
            }
        }
    }
}
