using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Evaluation.Regions;
using CsCheck;

namespace CellVitCluster.UnitTests.Evaluation.Regions;

public sealed class PixelRegionTests
{
    [Fact]
    public void Shared_and_remaining_pixels_are_those_of_the_sets() =>
        Gen.Select(Mask, Mask).Sample(
            (a, b) =>
            {
                PixelRegion first = RegionOf(a), second = RegionOf(b);
                HashSet<(int, int)> one = PixelsOf(first), two = PixelsOf(second);

                first.Area.ShouldBe(one.Count);
                first.CountShared(second).ShouldBe(one.Intersect(two).Count());
                PixelsOf(first.Except(second)).SetEquals(one.Except(two)).ShouldBeTrue();
            },
            iter: 500);

    [Fact]
    public void The_centroid_is_the_mean_of_the_pixel_centers()
    {
        var region = new PixelRegion([new RegionRun(4, 2, 5), new RegionRun(5, 2, 3)]);

        region.Centroid.ShouldBe(new SlidePoint(((2.5 + 3.5 + 4.5 + 2.5) / 4), (4.5 + 4.5 + 4.5 + 5.5) / 4));
        region.Box.ShouldBe(new SlideRect(2, 4, 3, 2));
        new PixelRegion([]).Centroid.ShouldBeNull();
    }

    [Fact]
    public void Runs_out_of_order_are_refused()
    {
        Should.Throw<ArgumentException>(() => new PixelRegion([new RegionRun(1, 0, 3), new RegionRun(1, 2, 5)]));
        Should.Throw<ArgumentException>(() => new PixelRegion([new RegionRun(1, 0, 3), new RegionRun(0, 2, 5)]));
        Should.Throw<ArgumentException>(() => new PixelRegion([new RegionRun(1, 3, 3)]));
    }

    [Fact]
    public void Later_cells_overwrite_earlier_ones_as_in_a_drawn_map() =>
        Mask.Array[0, 8].Sample(
            masks =>
            {
                PixelRegion[] regions = [.. masks.Select(RegionOf)];
                var drawn = new Dictionary<(int, int), int>();
                for (int i = 0; i < regions.Length; i++)
                {
                    foreach ((int, int) pixel in PixelsOf(regions[i]))
                    {
                        drawn[pixel] = i;
                    }
                }

                IReadOnlyList<PixelRegion> visible = VisibleRegions.Of(regions);

                for (int i = 0; i < regions.Length; i++)
                {
                    PixelsOf(visible[i]).SetEquals(drawn.Where(p => p.Value == i).Select(p => p.Key)).ShouldBeTrue();
                }
            },
            iter: 200);

    [Fact]
    public void An_outline_traced_through_pixel_centers_is_filled_with_the_pixels_it_was_traced_from() =>
        DrawnMap.Any.Sample(
            image =>
            {
                var tracer = new ContourTracer();
                foreach ((int label, PixelRegion region) in Labeled(image))
                {
                    // Of an instance that others cut in pieces or hollow out, the outline shows one piece, filled.
                    RegionRun first = region.Runs[0];
                    double[] ring = [.. tracer.Trace(image, first.Start, first.Y).ToArray().Select(v => v + 0.5)];
                    PixelRegion filled = PolygonFill.Fill([ring]);
                    if (IsOnePieceWithoutHoles(region))
                    {
                        PixelsOf(filled).SetEquals(PixelsOf(region)).ShouldBeTrue($"label {label}");
                    }
                }
            },
            iter: 300);

    [Fact]
    public void A_filled_polygon_has_the_centers_inside_it_by_the_even_odd_rule() =>
        Gen.Select(Gen.Int[3, 12], Gen.Int[0, 1_000_000]).Sample(
            (vertices, seed) =>
            {
                // No vertex and no edge meets a pixel center.
                var random = new Random(seed);
                double[] ring = [.. Enumerable.Range(0, 2 * vertices).Select(_ => (30 * random.NextDouble()) - 3)];
                var polygon = new SlidePolygon(ring);
                HashSet<(int, int)> filled = PixelsOf(PolygonFill.Fill([ring]));
                for (int y = -5; y < 30; y++)
                {
                    for (int x = -5; x < 30; x++)
                    {
                        filled.Contains((x, y)).ShouldBe(polygon.Contains(new SlidePoint(x + 0.5, y + 0.5)));
                    }
                }
            },
            iter: 300);

    [Fact]
    public void Holes_are_left_out_and_their_outline_belongs_to_the_cell()
    {
        double[] outer = [0, 0, 10, 0, 10, 10, 0, 10], hole = [2, 2, 2, 5, 5, 5, 5, 2];

        PolygonFill.Fill([outer]).Area.ShouldBe(100);
        PolygonFill.Fill([outer, hole]).Area.ShouldBe(91);
        PolygonFill.Fill([outer, [2.5, 2.5, 2.5, 4.5, 4.5, 4.5, 4.5, 2.5]]).Area.ShouldBe(99, "only the center of the hole lies off its outline");
        PolygonFill.Fill([[.. outer, 0, 0]]).Area.ShouldBe(100, "a closed ring is the same ring");
        PolygonFill.Fill([[0.6, 0.6, 1.4, 0.6, 1.4, 1.4]]).Area.ShouldBe(0, "it passes between the centers");
    }

    private static Gen<bool[]> Mask => Gen.Bool.Array[60];

    private static PixelRegion RegionOf(bool[] mask)
    {
        var labels = new LabelImage(10, 6);
        for (int i = 0; i < mask.Length; i++)
        {
            labels[i % 10, i / 10] = mask[i] ? 1 : 0;
        }

        IReadOnlyList<PixelRegion> regions = LabelRegions.Of(labels);
        return regions.Count > 0 ? regions[0] : new PixelRegion([]);
    }

    private static HashSet<(int X, int Y)> PixelsOf(PixelRegion region) =>
        [.. region.Runs.ToArray().SelectMany(run => Enumerable.Range(run.Start, run.Length).Select(x => (x, run.Y)))];

    private static IEnumerable<(int Label, PixelRegion Region)> Labeled(LabelImage image)
    {
        var labels = new SortedSet<int>();
        DrawnMap.ForEach(image, (_, _, label) => labels.Add(label));
        labels.Remove(0);
        return labels.Zip(LabelRegions.Of(image));
    }

    private static bool IsOnePieceWithoutHoles(PixelRegion region)
    {
        // Each row one run, each touching the row above: enough pieces of this kind occur, and none of another kind passes.
        RegionRun[] runs = region.Runs.ToArray();
        return runs.Zip(runs.Skip(1)).All(pair => pair.Second.Y == pair.First.Y + 1 && pair.Second.Start <= pair.First.End && pair.First.Start <= pair.Second.End);
    }
}
