using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Evaluation.Pairing;
using CellVitCluster.Evaluation.Panoptic;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.Evaluation.Scoring;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Evaluation.Scoring;

public sealed class SetComparisonTests
{
    private const double Radius = SetComparison.DefaultRadius;

    [Fact]
    public void Real_annotations_compared_with_themselves_have_full_scores()
    {
        IReadOnlyList<EvaluationSource> tiles = EvaluationFiles.Find(SharedData.Path("data", "tiles"));

        EvaluationReport report = SetComparison.Compare(tiles, tiles, Radius);

        report.Detection.F1.ShouldBe(1);
        SegmentationScores scores = report.Segmentation.ShouldNotBeNull();
        (scores.Dice, scores.Aji, scores.AjiPlus).ShouldBe((1, 1, 1));
        scores.Bpq.ShouldBe(1, 1e-6);
        report.Mpq.ShouldBe(1, 2e-6);
        report.MpqPlus.ShouldBe(1, 1e-6);
        report.Classes.Select(c => c.Name).ShouldBe(["1", "2", "3", "4"]);
        report.Classes.ShouldAllBe(c => c.Detection.F1 == 1);
        report.Unpaired.ShouldBeEmpty();
    }

    [Fact]
    public void A_class_present_only_in_the_prediction_is_ignored_by_mPQ_and_counted_by_mPQ_plus()
    {
        EvaluationImage truth = Image("a", Cell(0, "x"), Cell(20, "x")), prediction = Image("a", Cell(0, "x"), Cell(20, "y"));

        EvaluationReport report = Compare([truth], [prediction]);

        double quality = new PanopticCounts(1, 0, 1, 1).Quality;
        report.Mpq.ShouldBe(quality, 1e-12);
        report.MpqPlus.ShouldBe(quality / 2, 1e-12);
        report.Classes.Single(c => c.Name == "y").MeanQuality.ShouldBe(double.NaN);
        report.Classes.Single(c => c.Name == "y").Panoptic.ShouldBe(new PanopticCounts(0, 1, 0, 0));
    }

    [Fact]
    public void Detection_sums_over_images_and_segmentation_is_the_mean_over_images()
    {
        EvaluationImage[] truths = [Image("a", Cell(0), Cell(20), Cell(40)), Image("b", Cell(0)), Image("c"), Image("only truth", Cell(0))];
        EvaluationImage[] predictions = [Image("b"), Image("c"), Image("a", Cell(0), Cell(20), Cell(40)), Image("only found")];

        EvaluationReport report = Compare(truths, predictions);

        report.Images.Select(i => i.Name).ShouldBe(["a", "b", "c"]);
        report.Unpaired.ShouldBe(["truth only truth", "prediction only found"]);
        report.Detection.ShouldBe(new DetectionCounts(3, 0, 1));
        report.Segmentation.ShouldNotBeNull().Dice.ShouldBe(0.5, "image c is empty on both sides, image b on one");
        report.Segmentation!.Bpq.ShouldBe(0.5, 1e-6);
    }

    [Fact]
    public void By_the_published_rules_an_empty_side_has_a_stand_in_and_an_image_without_annotation_no_bPQ()
    {
        EvaluationImage[] truths = [Image("a", Cell(0), Cell(20)), Image("b")], predictions = [Image("a", Cell(0), Cell(20)), Image("b", Cell(50))];

        EvaluationReport clean = Compare(truths, predictions), published = Compare(truths, predictions, CompatibilityMode.Reference);

        clean.Detection.ShouldBe(new DetectionCounts(2, 1, 0));
        published.Detection.ShouldBe(new DetectionCounts(2, 1, 1));
        clean.Segmentation.ShouldNotBeNull().Bpq.ShouldBe(0.5, 1e-6);
        published.Segmentation.ShouldNotBeNull().Bpq.ShouldBe(1, 1e-6);
        published.Rule.ShouldContain("as published");
    }

    [Fact]
    public void Points_have_detection_scores_only_and_class_names_ignore_case()
    {
        EvaluationCell Point(double x, string? name) => new(new SlidePoint(x, 3), null, name);
        EvaluationReport report = Compare([Image("a", Point(0, "Tumor"), Point(50, null))], [Image("a", Point(1, "TUMOR"), Point(51, "tumor"))]);

        report.Segmentation.ShouldBeNull();
        report.Detection.ShouldBe(new DetectionCounts(2, 0, 0));
        ClassSummary tumor = report.Classes.ShouldHaveSingleItem();
        (tumor.Name, tumor.Detection, tumor.Panoptic).ShouldBe(("Tumor", new ClassDetectionCounts(1, 0, 0, 0, 0), null));
        report.Rule.ShouldContain("points only");
    }

    [Fact]
    public void Predictions_that_match_a_cell_without_class_do_not_count_as_wrong()
    {
        EvaluationReport report = Compare([Image("a", Cell(0, "x"), Cell(20))], [Image("a", Cell(0, "x"), Cell(20, "x"), Cell(40, "x"))]);

        report.Classes.ShouldHaveSingleItem().Panoptic.ShouldBe(new PanopticCounts(1, 1, 0, 1));
        report.Classes[0].Detection.ShouldBe(new ClassDetectionCounts(1, 0, 0, 1, 0));
    }

    [Fact]
    public void Sides_without_common_classes_have_no_class_scores_and_the_rule_says_why()
    {
        EvaluationReport report = Compare([Image("a", Cell(0, "x"))], [Image("a", Cell(0, "y"))]);

        (report.Classes.Count, report.Mpq, report.MpqPlus).ShouldBe((0, double.NaN, double.NaN));
        report.Rule.ShouldContain("no class in common");
        Compare([Image("a", Cell(0, "x"))], [Image("a", Cell(0))]).Rule.ShouldContain("a side states none");
    }

    [Fact]
    public void Overlapping_cells_of_one_side_are_scored_as_drawn_one_after_the_other()
    {
        EvaluationReport report = Compare([Image("a", Cell(0), Cell(5))], [Image("a", Cell(0), Cell(5))]);

        report.Segmentation.ShouldNotBeNull().Dice.ShouldBe(1);
        ImageScores reversed = Compare([Image("a", Cell(0), Cell(5))], [Image("a", Cell(5), Cell(0))]).Images[0];
        reversed.Segmentation.ShouldNotBeNull().Dice.ShouldBe(1);
        reversed.Segmentation!.Aji.ShouldBe((50.0 + 50) / (100 + 100), 1e-12);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_with_the_reason()
    {
        Refused([Image("a", Cell(0)), Image("b")], [Image("c", Cell(0))]).ShouldContain("No names pair: the truth has 'a', 'b', the prediction 'c'");
        Refused([Image("a")], [Image("b", Cell(0))]).ShouldContain("no cell");
        string sizes = Refused([Image("a", Cell(0)) with { Width = 10, Height = 10 }], [Image("b", Cell(0)) with { Width = 10, Height = 11 }]);
        sizes.ShouldContain("/truth/a");
        sizes.ShouldContain("10 × 11");

        static string Refused(EvaluationImage[] truths, EvaluationImage[] predictions)
        {
            CellVitException error = Should.Throw<CellVitException>(() => Compare(truths, predictions));
            error.Code.ShouldBe(ErrorCode.EvaluationImpossible);
            return error.Message;
        }
    }

    [Fact]
    public void A_radius_that_ties_thousands_of_cells_together_is_refused_with_the_image()
    {
        EvaluationCell[] cells = [.. Enumerable.Range(0, 3100).Select(i => new EvaluationCell(new SlidePoint(i, 0), null, null))];

        CellVitException error = Should.Throw<CellVitException>(() => ImageComparison.Compare(Image("crowd", cells), Image("crowd", cells), 50));

        error.Message.ShouldContain("crowd");
        error.Remedy.ShouldContain("radius");
    }

    [Fact]
    public void Outlines_and_label_map_of_the_same_slide_agree()
    {
        // The outlines of this annotation run through the indices of border pixels, so each misses half a pixel on its right and lower side.
        EvaluationReport report = SetComparison.Compare(
            EvaluationFiles.Find(SharedData.Path("data", "wsi", "tnbc-mosaic-shared.instances.png")),
            EvaluationFiles.Find(SharedData.Path("data", "wsi", "tnbc-mosaic-shared.nuclei.geojson")),
            Radius);

        report.Detection.F1.ShouldBe(1, 0.002);
        report.Segmentation.ShouldNotBeNull().Dice.ShouldBeInRange(0.9, 1);
        report.Segmentation!.Bdq.ShouldBeGreaterThan(0.97);
    }

    private static EvaluationReport Compare(
        EvaluationImage[] truths, EvaluationImage[] predictions, CompatibilityMode mode = CompatibilityMode.Default) =>
        SetComparison.Compare([.. truths.Select(Source)], [.. predictions.Select(Source)], Radius, mode);

    private static EvaluationSource Source(EvaluationImage image) => new(image.Name, image.Path, () => image);

    private static EvaluationImage Image(string name, params EvaluationCell[] cells) => new()
    {
        Name = name,
        Path = $"/truth/{name}",
        Cells = cells,
        HasClasses = cells.Length == 0 || cells.Any(c => c.ClassName is not null),
    };

    /// <summary>A square of 10 × 10 px.</summary>
    private static EvaluationCell Cell(int left, string? name = null) => EvaluationCell.FromRings([[left, 0, left + 10, 0, left + 10, 10, left, 10]], name);
}
