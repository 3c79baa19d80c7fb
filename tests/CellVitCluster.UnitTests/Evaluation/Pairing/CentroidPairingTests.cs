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
    public void As_many_pairs_as_possible_then_the_smallest_sum()
    {
        // The nearest neighbor of the first prediction is the second cell; taking it would leave the others alone.
        CentroidPairing.Pair([new(0, 0), new(5, 0)], [new(4, 0), new(12, 0)], 12).Pairs.ShouldBe([new IndexPair(0, 0), new IndexPair(1, 1)]);
        CentroidPairing.Pair([new(0, 0), new(1, 0)], [new(1, 0), new(0, 0)], 12).Pairs.ShouldBe([new IndexPair(0, 1), new IndexPair(1, 0)]);
    }

    [Fact]
    public void Far_cells_displace_right_pairs_in_the_published_pairing_only()
    {
        // Cells in a row, each found 3 px to the right of where it is; one invented at the left end, one missed at the right.
        SlidePoint[] truths = [.. Enumerable.Range(1, 5).Select(i => new SlidePoint(20 * i, 0))];
        SlidePoint[] predictions = [new(-50, 0), .. truths.Take(4).Select(p => new SlidePoint(p.X + 3, 0))];

        CentroidPairing.Pair(truths, predictions, 12).Pairs.Count.ShouldBe(4);
        CentroidPairing.PairAsPublished(truths, predictions, 12).Pairs.Count.ShouldBeLessThan(4);
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
    public void No_other_choice_within_the_radius_has_more_pairs_or_is_shorter() =>
        Gen.Select(FewPoints, FewPoints).Sample(
            (truths, predictions) =>
            {
                CellPairing pairing = CentroidPairing.Pair(truths, predictions, 30);

                (int pairs, double negativeSum) = Best(truths, predictions, 0, 0);
                pairing.Pairs.Count.ShouldBe(pairs);
                pairing.Pairs.Sum(p => Euclidean(truths[p.Truth], predictions[p.Prediction])).ShouldBe(-negativeSum, 1e-9);
            },
            iter: 300);

    [Fact]
    public void Both_pairings_agree_where_every_cell_has_its_partner_near_by()
    {
        var random = new Random(11);
        SlidePoint[] truths = [.. Enumerable.Range(0, 900).Select(i => new SlidePoint(40 * (i % 30), 40 * (i / 30)))];
        SlidePoint[] moved = [.. truths.Select(p => new SlidePoint(p.X + (10 * random.NextDouble()) - 5, p.Y + (10 * random.NextDouble()) - 5))];

        CentroidPairing.Pair(truths, moved, 12).Pairs.ShouldBe(Enumerable.Range(0, 900).Select(i => new IndexPair(i, i)));
        CentroidPairing.PairAsPublished(truths, moved, 12).Pairs.ShouldBe(CentroidPairing.Pair(truths, moved, 12).Pairs);
    }

    [Fact]
    public void More_cells_than_one_assignment_holds_are_paired_by_groups()
    {
        SlidePoint[] truths = [.. Enumerable.Range(0, CentroidPairing.WholeLimit + 1).Select(i => new SlidePoint(30 * (i % 100), 30 * (i / 100)))];
        SlidePoint[] moved = [.. truths.Select(p => new SlidePoint(p.X + 3, p.Y - 4))];

        CentroidPairing.PairAsPublished(truths, moved, 5).Pairs.ShouldBe(Enumerable.Range(0, truths.Length).Select(i => new IndexPair(i, i)));
        CentroidPairing.PairAsPublished(truths, moved, 4.9).Pairs.ShouldBeEmpty();
    }

    private static Gen<SlidePoint[]> FewPoints => Points.Select(points => points.Take(5).ToArray());

    /// <summary>Pairs and negative sum of distances of the best choice for the cells from <paramref name="first"/> on.</summary>
    private static (int Pairs, double NegativeSum) Best(SlidePoint[] truths, SlidePoint[] predictions, int first, int used)
    {
        if (first == truths.Length)
        {
            return (0, 0);
        }

        (int Pairs, double NegativeSum) best = Best(truths, predictions, first + 1, used);
        for (int i = 0; i < predictions.Length; i++)
        {
            double distance = Euclidean(truths[first], predictions[i]);
            if ((used >> i & 1) == 0 && distance <= 30)
            {
                (int pairs, double negativeSum) = Best(truths, predictions, first + 1, used | (1 << i));
                (int, double) candidate = (pairs + 1, negativeSum - distance);
                best = candidate.CompareTo(best) > 0 ? candidate : best;
            }
        }

        return best;
    }

    private static double Euclidean(SlidePoint a, SlidePoint b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));

    /// <summary>Points in general position: on a common line different assignments would have equal sums.</summary>
    private static Gen<SlidePoint[]> Points => Gen.Select(Gen.Int[0, 20], Gen.Int[0, 1_000_000], (count, seed) =>
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => new SlidePoint(80 * random.NextDouble(), 80 * random.NextDouble())).ToArray();
    });

    private static double Distance(SlidePoint a, SlidePoint b) => Math.Abs(a.X - b.X) + Math.Abs(a.Y - b.Y);
}
