using CellVitCluster.Detection.Labels;
using CellVitCluster.Evaluation.Compat;
using CellVitCluster.Evaluation.Panoptic;
using CsCheck;

namespace CellVitCluster.UnitTests.Evaluation.Panoptic;

public sealed class PanopticTests
{
    [Fact]
    public void Identical_maps_have_quality_1_whatever_their_numbers_are() =>
        Gen.Select(DrawnMap.Any, Gen.Int[0, 1000]).Sample(
            (map, seed) =>
            {
                PanopticCounts counts = PanopticMatching.Of(DrawnMap.Compare(map, DrawnMap.Renumbered(map, seed))).Counts;

                int cells = DrawnMap.Compare(map, map).TruthAreas.Count;
                (counts.TruePositives, counts.FalsePositives, counts.FalseNegatives).ShouldBe((cells, 0, 0));
                counts.Quality.ShouldBe(cells == 0 ? 0 : 1, 3e-6);
            },
            iter: 200);

    [Fact]
    public void Half_covered_is_no_match()
    {
        // Each annotated cell is one half of the prediction: IoU 0.5.
        PanopticMatching matching = PanopticMatching.Of(DrawnMap.Compare(DrawnMap.Of("1122"), DrawnMap.Of("7777")));

        matching.Counts.ShouldBe(new PanopticCounts(0, 1, 2, 0));
        PanopticMatching.Of(DrawnMap.Compare(DrawnMap.Of("1122"), DrawnMap.Of("7777")), 0.3).Counts.ShouldBe(new PanopticCounts(1, 0, 1, 0.5));
    }

    [Fact]
    public void Matches_are_one_to_one_at_every_threshold() =>
        Gen.Select(DrawnMap.Any, DrawnMap.Any, Gen.Double[0, 1]).Sample(
            (truth, prediction, threshold) =>
            {
                PanopticMatching matching = PanopticMatching.Of(DrawnMap.Compare(truth, prediction), threshold);

                matching.Pairs.Select(p => p.Truth).Distinct().Count().ShouldBe(matching.Pairs.Count);
                matching.Pairs.Select(p => p.Prediction).Distinct().Count().ShouldBe(matching.Pairs.Count);
                matching.Counts.Quality.ShouldBeInRange(0, 1);
            },
            iter: 300);

    [Fact]
    public void Sides_may_be_exchanged() =>
        Gen.Select(DrawnMap.Any, DrawnMap.Any).Sample(
            (truth, prediction) =>
            {
                PanopticCounts there = PanopticMatching.Of(DrawnMap.Compare(truth, prediction)).Counts;
                PanopticCounts back = PanopticMatching.Of(DrawnMap.Compare(prediction, truth)).Counts;

                back.Quality.ShouldBe(there.Quality, 1e-12);
                (back.FalsePositives, back.FalseNegatives).ShouldBe((there.FalseNegatives, there.FalsePositives));
            },
            iter: 200);

    [Fact]
    public void Counts_of_images_add_up_before_the_quality_is_taken()
    {
        PanopticCounts sum = new PanopticCounts(3, 1, 0, 2.4) + new PanopticCounts(1, 0, 1, 0.8);

        sum.ShouldBe(new PanopticCounts(4, 1, 1, 2.4 + 0.8));
        sum.DetectionQuality.ShouldBe(4 / 5.0, 1e-6);
        sum.SegmentationQuality.ShouldBe(0.8, 1e-6);
        default(PanopticCounts).Quality.ShouldBe(0);
    }

    [Fact]
    public void Merged_channels_number_anew_and_later_instances_overwrite()
    {
        LabelImage merged = TypedChannels.Merge([DrawnMap.Of("99.44"), DrawnMap.Of(".777.")]);

        Text(merged).ShouldBe("23331");
    }

    [Fact]
    public void A_channel_without_background_loses_its_smallest_number() =>
        Text(TypedChannels.Merge([DrawnMap.Of("33355"), DrawnMap.Of("...1.")])).ShouldBe("...21");

    [Fact]
    public void The_published_program_drops_cells_without_contour_and_the_first_of_a_map_without_background()
    {
        LabelImage thin = DrawnMap.Of("1.22", "1.22", "..22"), full = DrawnMap.Of("1122", "1122", "1122");

        ReferenceCells.Of(thin, [5, 0, 3, 3, 5, 0, 3, 4, 0, 0, 4, 4]).ShouldBe([new ReferenceCell(2, new(2.5, 1), 3)]);
        ReferenceCells.Of(full, [.. Enumerable.Repeat((byte)2, 12)]).Select(c => c.Label).ShouldBe([2]);
        ReferenceCells.OrStandIn([]).ShouldBe([new ReferenceCell(0, new(0, 0), 0)]);
    }

    private static string Text(LabelImage image) => string.Concat(image.Row(0).ToArray().Select(label => label == 0 ? "." : label.ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
