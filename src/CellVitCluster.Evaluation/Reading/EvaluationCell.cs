using CellVitCluster.Domain.Geometry;
using CellVitCluster.Evaluation.Regions;

namespace CellVitCluster.Evaluation.Reading;

/// <summary>One cell of one side.</summary>
/// <param name="Centroid">Px, origin at the upper-left corner of the first pixel.</param>
/// <param name="Region">Its pixels; null when only a point is known.</param>
/// <param name="ClassName">Class; null when none is stated.</param>
public sealed record EvaluationCell(SlidePoint Centroid, PixelRegion? Region, string? ClassName)
{
    /// <summary>A cell with an outline, at the center of its pixels; at the center of its bounds when the outline encloses no pixel center.</summary>
    /// <param name="rings">Rings with interleaved x, y coordinates in px, at least one of them with a vertex.</param>
    /// <param name="className">Class; null when none is stated.</param>
    public static EvaluationCell FromRings(IReadOnlyList<double[]> rings, string? className)
    {
        PixelRegion region = PolygonFill.Fill(rings);
        return new EvaluationCell(region.Centroid ?? CenterOf(rings), region, className);
    }

    private static SlidePoint CenterOf(IReadOnlyList<double[]> rings)
    {
        double[] x = [.. rings.SelectMany(ring => ring.Where((_, i) => i % 2 == 0))];
        double[] y = [.. rings.SelectMany(ring => ring.Where((_, i) => i % 2 == 1))];
        return new SlidePoint((x.Min() + x.Max()) / 2, (y.Min() + y.Max()) / 2);
    }
}
