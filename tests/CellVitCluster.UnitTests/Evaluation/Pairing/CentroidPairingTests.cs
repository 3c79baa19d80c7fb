using CellVitCluster.Domain.Geometry;
using CellVitCluster.Evaluation.Pairing;
using CsCheck;

namespace CellVitCluster.UnitTests.Evaluation.Pairing;

public sealed class CentroidPairingTests
{
    [Fact]
    public void The_radius_itself_still_pairs()
    {
        CentroidPairing.Pair([new(0, 0)], [new(0, 12)], 12).Pairs.ShouldBe([new IndexPair(0, 0)]);
        CentroidPairing.Pair([new(0, 0)], [new(0, 12.001)], 12).Pairs.ShouldBeEmpty();
    }

    [Fact]
    public void The_sum_of_distances_decides_not_the_nearest_neighbor()
    {
        CellPairing pairing = CentroidPairing.Pair([new(0, 0), new(5, 0)], [new(4, 0), new(12, 0)], 12);

        pairing.Pairs.ShouldBe([new IndexPair(0, 0), new IndexPair(1, 1)]);
    }

    [Fact]
    public void An_empty_side_leaves_the_other_unpaired_without_a_stand_in()
    {
        CellPairing pairing = CentroidPairing.Pair([], [new(0, 0), new(1, 1)], 12);

        pairing.UnpairedPredictions.ShouldBe([0, 1]);
        DetectionCounts.Of(pairing).ShouldBe(new DetectionCounts(0, 2, 0));
        DetectionCounts.Of(CentroidPairing.Pair([], [], 12)).F1.ShouldBe(double.NaN);
    }

    [Fact]
    public void Order_of_the_cells_does_not_matter() =>
        Gen.Select(Points, Points, Gen.Int[0, 1000]).Sample(
            (truths, predictions, seed) =>
            {
                SlidePoint[] shuffled = [.. truths];
                new Random(seed).Shuffle(shuffled);

                DetectionCounts.Of(CentroidPairing.Pair(shuffled, predictions, 12))
                    .ShouldBe(DetectionCounts.Of(CentroidPairing.Pair(truths, predictions, 12)));
            },
            iter: 200);

    [Fact]
    public void A_perfect_prediction_pairs_every_cell_with_itself() =>
        Points.Sample(
            points => CentroidPairing.Pair(points, points, 12).Pairs.Sum(p => Distance(points[p.Truth], points[p.Prediction])).ShouldBe(0),
            iter: 200);

    [Fact]
    public void Groups_pair_like_the_whole_when_cells_lie_apart()
    {
        // Cells 40 px apart, each moved by less than the radius, some missing on either side.
        var random = new Random(11);
        var truths = new List<SlidePoint>();
        var predictions = new List<SlidePoint>();
        for (int i = 0; i < 900; i++)
        {
            var point = new SlidePoint(40 * (i % 30), 40 * (i / 30));
            if (i % 7 != 0)
            {
                truths.Add(point);
            }

            if (i % 7 != 0 && i % 50 != 1)
            {
                predictions.Add(new SlidePoint(point.X + (10 * random.NextDouble()) - 5, point.Y + (10 * random.NextDouble()) - 5));
            }
        }

        CellPairing groups = CentroidPairing.PairByGroups(truths, predictions, 12);

        groups.Pairs.ShouldBe(CentroidPairing.PairWhole(truths, predictions, 12).Pairs);
        groups.Pairs.Count.ShouldBe(predictions.Count);
    }

    [Fact]
    public void More_cells_than_one_assignment_holds_are_paired_by_groups()
    {
        SlidePoint[] truths = [.. Enumerable.Range(0, CentroidPairing.WholeLimit + 1).Select(i => new SlidePoint(30 * (i % 100), 30 * (i / 100)))];
        SlidePoint[] moved = [.. truths.Select(p => new SlidePoint(p.X + 3, p.Y - 4))];

        CentroidPairing.Pair(truths, moved, 5).Pairs.ShouldBe(Enumerable.Range(0, truths.Length).Select(i => new IndexPair(i, i)));
        CentroidPairing.Pair(truths, moved, 4.9).Pairs.ShouldBeEmpty();
    }

    /// <summary>Points in general position: on a common line different assignments would have equal sums.</summary>
    private static Gen<SlidePoint[]> Points => Gen.Select(Gen.Int[0, 20], Gen.Int[0, 1_000_000], (count, seed) =>
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => new SlidePoint(80 * random.NextDouble(), 80 * random.NextDouble())).ToArray();
    });

    private static double Distance(SlidePoint a, SlidePoint b) => Math.Abs(a.X - b.X) + Math.Abs(a.Y - b.Y);
}
