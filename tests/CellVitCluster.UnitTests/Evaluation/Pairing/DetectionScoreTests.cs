using CellVitCluster.Domain.Geometry;
using CellVitCluster.Evaluation.Pairing;

namespace CellVitCluster.UnitTests.Evaluation.Pairing;

public sealed class DetectionScoreTests
{
    [Fact]
    public void One_confusion_counts_twice_against_both_classes()
    {
        CellPairing pairing = CentroidPairing.Pair([new(0, 0)], [new(1, 0)], 12);

        var annotated = ClassDetectionCounts.Of(pairing, ["a"], ["b"], "a");
        var predicted = ClassDetectionCounts.Of(pairing, ["a"], ["b"], "b");

        (annotated.F1, predicted.F1).ShouldBe((0, 0));
        annotated.ShouldBe(new ClassDetectionCounts(0, 0, 1, 0, 0));
        predicted.ShouldBe(new ClassDetectionCounts(0, 1, 0, 0, 0));

        // With one hit more each denominator is 2 · 1 + 2.
        (annotated + new ClassDetectionCounts(1, 0, 0, 0, 0)).F1.ShouldBe(2.0 / 4);
        (predicted + new ClassDetectionCounts(1, 0, 0, 0, 0)).Precision.ShouldBe(1.0 / 3);
    }

    [Fact]
    public void A_pair_whose_annotation_has_no_class_says_nothing_about_classes()
    {
        CellPairing pairing = CentroidPairing.Pair([new(0, 0), new(50, 0)], [new(1, 0), new(51, 0)], 12);

        ClassDetectionCounts.Of(pairing, [null, "a"], ["a", "a"], "a").ShouldBe(new ClassDetectionCounts(1, 0, 0, 0, 0));
        ClassDetectionCounts.Of(pairing, ["a", "a"], [null, "a"], "a").ShouldBe(new ClassDetectionCounts(1, 0, 1, 0, 0));
    }

    [Fact]
    public void The_more_confident_prediction_takes_the_annotated_cell_even_if_it_lies_farther_away()
    {
        SlidePoint[] truths = [new(0, 0)];
        ScoredPoint[] predictions = [new(new(1, 0), 0.4), new(new(15, 0), 0.9)];

        OcelotCounts.Of(truths, predictions).ShouldBe(new OcelotCounts(1, 1, 1));
        OcelotCounts.Of(truths, [new(new(15, 0), 0.9)]).TruePositives.ShouldBe(1, "exactly 15 px counts");
        OcelotCounts.Of(truths, [new(new(15.01, 0), 0.9)]).TruePositives.ShouldBe(0);
    }

    [Fact]
    public void Ocelot_takes_the_nearest_free_cell_and_rounds_to_four_decimals()
    {
        SlidePoint[] truths = [new(0, 0), new(4, 0), new(100, 0)];
        var counts = OcelotCounts.Of(truths, [new(new(3, 0), 0.9), new(new(3, 0), 0.8)]);

        counts.ShouldBe(new OcelotCounts(2, 0, 3));
        (counts.Precision, counts.Recall, counts.F1).ShouldBe((1.0, 0.6667, 0.8));
        (counts + new OcelotCounts(0, 2, 1)).Precision.ShouldBe(0.5);
        default(OcelotCounts).F1.ShouldBe(0);
    }

    [Fact]
    public void Mitotic_figures_nearer_than_the_merge_distance_are_one()
    {
        SlidePoint[] truths = [new(0.005, 0)];
        ScoredPoint[] two = [new(new(0, 0), 0.9), new(new(0.01, 0), 0.95), new(new(0.004, 0), 0.5)];

        MidogCounts.Of(truths, two, 0.85).ShouldBe(new MidogCounts(1, 0, 0), "0.01 mm apart; their mean is the annotated figure");
        MidogCounts.Of([new(0, 0)], [new(new(0.0074, 0), 0.9)], 0.85).ShouldBe(new MidogCounts(1, 0, 0));
        MidogCounts.Of([new(0, 0)], [new(new(0.0076, 0), 0.9)], 0.85).ShouldBe(new MidogCounts(0, 1, 1));
        MidogCounts.Of([], [], 0.85).F1.ShouldBe(1);
    }

    [Fact]
    public void Each_prediction_of_a_mitotic_figure_is_used_once()
    {
        var counts = MidogCounts.Of([new(0, 0), new(0.006, 0)], [new(new(0.004, 0), 0.9)], 0.85) + MidogCounts.Of([new(1, 1)], [new(new(1, 1), 0.99)], 0.85);

        counts.ShouldBe(new MidogCounts(2, 0, 1));
        counts.F1.ShouldBe(4.0 / 5, 1e-6);
        counts.Precision.ShouldBe(1, 1e-6);
        counts.Recall.ShouldBe(2.0 / 3, 1e-6);
    }
}
