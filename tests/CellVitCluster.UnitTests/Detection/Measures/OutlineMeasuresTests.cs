using CellVitCluster.Detection.Measures;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Units;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Measures;

public sealed class OutlineMeasuresTests
{
    [Fact]
    public void A_rectangle_has_its_textbook_measures_in_microns()
    {
        var measures = OutlineMeasures.Of(new SlidePolygon([10, 10, 10, 50, 40, 50, 40, 10]), new Mpp(0.5));

        measures.AreaSquareMicrons.ShouldBe(300);
        measures.PerimeterMicrons.ShouldBe(70);
        measures.MaxDiameterMicrons.ShouldBe(25);
        measures.Circularity.ShouldBe(4 * Math.PI * 300 / 4900, 1e-12);
    }

    [Fact]
    public void Measures_do_not_lose_digits_far_from_the_origin()
    {
        double[] circle = [.. Enumerable.Range(0, 200).SelectMany(i => new[] { 9 * Math.Cos(i * Math.PI / 100), 9 * Math.Sin(i * Math.PI / 100) })];
        double[] far = [.. circle.Select(v => v + 190_000)];

        var near = OutlineMeasures.Of(new SlidePolygon(circle), new Mpp(0.25));
        var away = OutlineMeasures.Of(new SlidePolygon(far), new Mpp(0.25));
        away.AreaSquareMicrons.ShouldBe(near.AreaSquareMicrons, 1e-8);
        away.Circularity.ShouldBe(1, 1e-3);
        away.Circularity.ShouldBeLessThanOrEqualTo(1);
        away.MaxDiameterMicrons.ShouldBe(4.5, 1e-6);
    }

    [Fact]
    public void A_ring_that_encloses_nothing_has_finite_measures()
    {
        var measures = OutlineMeasures.Of(new SlidePolygon([5, 5, 5, 5, 5, 5]), new Mpp(0.25));

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
