using CellVitCluster.Detection.Labels;
using CellVitCluster.Evaluation.Overlap;
using CellVitCluster.Evaluation.Regions;
using CsCheck;

namespace CellVitCluster.UnitTests.Evaluation.Overlap;

public sealed class OverlapTests
{
    [Fact]
    public void Overlaps_of_runs_are_those_of_pixels() =>
        Gen.Select(DrawnMap.Any, DrawnMap.Any).Sample(
            (truth, prediction) =>
            {
                var counts = new SortedDictionary<(int, int), long>();
                DrawnMap.ForEach(truth, (x, y, label) => counts[(label, prediction[x, y])] = counts.GetValueOrDefault((label, prediction[x, y])) + 1);
                int[] truths = [.. counts.Keys.Select(k => k.Item1).Where(l => l != 0).Distinct().Order()];
                int[] predictions = [.. counts.Keys.Select(k => k.Item2).Where(l => l != 0).Distinct().Order()];

                OverlapTable table = DrawnMap.Compare(truth, prediction);

                table.TruthAreas.ShouldBe(truths.Select(t => counts.Where(c => c.Key.Item1 == t).Sum(c => c.Value)));
                table.PredictionAreas.ShouldBe(predictions.Select(p => counts.Where(c => c.Key.Item2 == p).Sum(c => c.Value)));
                table.Shared.Select(s => ((truths[s.Truth], predictions[s.Prediction]), s.Pixels))
                    .ShouldBe(counts.Where(c => c.Key.Item1 != 0 && c.Key.Item2 != 0).Select(c => (c.Key, c.Value)));
            },
            iter: 300);

    [Fact]
    public void Scores_do_not_depend_on_the_numbers() =>
        Gen.Select(DrawnMap.Any, DrawnMap.Any, Gen.Int[0, 1000]).Where((truth, _, _) => LabelRegions.Of(truth).Count > 0).Sample(
            (truth, prediction, seed) =>
            {
                OverlapTable table = DrawnMap.Compare(truth, prediction);
                OverlapTable other = DrawnMap.Compare(DrawnMap.Renumbered(truth, seed), DrawnMap.Renumbered(prediction, seed + 1));

                ForegroundOverlap.Of(other).ShouldBe(ForegroundOverlap.Of(table));
                AggregatedJaccard.AjiPlus(other).ShouldBe(AggregatedJaccard.AjiPlus(table), HasTie(table) ? 1 : 1e-12);
                AggregatedJaccard.Aji(other).ShouldBe(AggregatedJaccard.Aji(table), HasTie(table) ? 1 : 1e-12);
            },
            iter: 300);

    [Fact]
    public void A_perfect_prediction_has_full_scores_and_none_exceeds_them() =>
        Gen.Select(DrawnMap.Any, DrawnMap.Any).Where((truth, _) => DrawnMap.Compare(truth, truth).TruthAreas.Count > 0).Sample(
            (truth, prediction) =>
            {
                OverlapTable perfect = DrawnMap.Compare(truth, truth), table = DrawnMap.Compare(truth, prediction);

                (ForegroundOverlap.Of(perfect).Dice, ForegroundOverlap.Of(perfect).Jaccard).ShouldBe((1, 1));
                (AggregatedJaccard.Aji(perfect), AggregatedJaccard.AjiPlus(perfect)).ShouldBe((1, 1));
                ForegroundOverlap.Of(table).Dice.ShouldBeInRange(0, 1);
                AggregatedJaccard.Aji(table).ShouldBeInRange(0, ForegroundOverlap.Of(table).Jaccard, "unions count background and repetitions, too");
                AggregatedJaccard.AjiPlus(table).ShouldBeInRange(0, 1);
            },
            iter: 300);

    [Fact]
    public void A_prediction_over_two_annotated_cells_enters_AJI_twice_and_AJI_plus_once()
    {
        // Areas 6 and 6; the prediction covers 4 pixels of the first, 4 of the second and 2 between.
        OverlapTable table = DrawnMap.Compare(
            DrawnMap.Of("111.222", "111.222"),
            DrawnMap.Of(".55555.", ".55555."));

        AggregatedJaccard.Aji(table).ShouldBe((4.0 + 4) / (12 + 12), 1e-12);
        AggregatedJaccard.AjiPlus(table).ShouldBe(4.0 / (12 + 6), 1e-12);
        ForegroundOverlap.Of(table).ShouldBe(new ForegroundOverlap(12, 10, 8));
    }

    [Fact]
    public void Where_the_published_program_ends_with_an_error_the_formulas_decide()
    {
        LabelImage empty = DrawnMap.Of("...."), cell = DrawnMap.Of(".11.");

        AggregatedJaccard.Aji(DrawnMap.Compare(empty, empty)).ShouldBe(double.NaN);
        AggregatedJaccard.Aji(DrawnMap.Compare(cell, empty)).ShouldBe(0);
        AggregatedJaccard.Aji(DrawnMap.Compare(empty, cell)).ShouldBe(0);
        ForegroundOverlap.Of(DrawnMap.Compare(empty, empty)).Dice.ShouldBe(double.NaN);
        AggregatedJaccard.Aji(DrawnMap.Compare(cell, DrawnMap.Of("2112"))).ShouldBe(2.0 / 4, 1e-12);
    }

    /// <summary>Equal IoU of one cell with two others: which one is taken is a matter of order.</summary>
    private static bool HasTie(OverlapTable table) => table.Shared.Select(s => s.Iou).Distinct().Count() < table.Shared.Count;
}
