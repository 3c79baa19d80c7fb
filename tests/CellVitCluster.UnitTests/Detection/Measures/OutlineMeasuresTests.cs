using CellVitCluster.Detection.Measures;
using CellVitCluster.Domain.Cells;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Measures;

public sealed class OutlineMeasuresTests
{
    [Fact]
    public void A_rectangle_has_its_textbook_measures()
    {
        var measures = OutlineMeasures.Of([10, 10, 10, 50, 40, 50, 40, 10]);

        measures.Area.ShouldBe(1200);
        measures.Perimeter.ShouldBe(140);
        measures.MaxDiameter.ShouldBe(50);
        measures.Circularity.ShouldBe(4 * Math.PI * 1200 / 19600, 1e-12);
    }

    [Fact]
    public void A_contour_in_sixteenths_is_measured_in_px()
    {
        var measures = OutlineMeasures.Of(new TileContour([8, 8, 8, 648, 488, 648, 488, 8]));

        measures.ShouldBe(OutlineMeasures.Of([0.5, 0.5, 0.5, 40.5, 30.5, 40.5, 30.5, 0.5]));
        measures.MaxDiameter.ShouldBe(50);
    }

    [Fact]
    public void Measures_do_not_lose_digits_far_from_the_origin()
    {
        double[] circle = [.. Enumerable.Range(0, 200).SelectMany(i => new[] { 9 * Math.Cos(i * Math.PI / 100), 9 * Math.Sin(i * Math.PI / 100) })];
        double[] far = [.. circle.Select(v => v + 190_000)];

        var near = OutlineMeasures.Of(circle);
        var away = OutlineMeasures.Of(far);
        away.Area.ShouldBe(near.Area, 1e-7);
        away.Circularity.ShouldBe(1, 1e-3);
        away.Circularity.ShouldBeLessThanOrEqualTo(1);
        away.MaxDiameter.ShouldBe(18, 1e-6);
    }

    [Fact]
    public void A_ring_that_encloses_nothing_has_finite_measures()
    {
        var measures = OutlineMeasures.Of([5, 5, 5, 5, 5, 5]);

        measures.ShouldBe(new OutlineMeasures(0, 0, 0, 0));
    }

    [Fact]
    public void The_hull_finds_the_farthest_pair_of_many_points() =>
        Gen.Int[0, 40].Array[80, 300].Sample(
            values =>
            {
                double[] points = [.. values.Take(values.Length / 2 * 2).Select(v => (double)v)];
                double farthest = 0;
                for (int i = 0; i < points.Length; i += 2)
                {
                    for (int j = 0; j < i; j += 2)
                    {
                        farthest = Math.Max(farthest, Math.Sqrt(Math.Pow(points[i] - points[j], 2) + Math.Pow(points[i + 1] - points[j + 1], 2)));
                    }
                }

                ConvexHull.Diameter(points).ShouldBe(farthest, 1e-12);
            },
            iter: 100);
}
