using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.Inference.Batching;
using CellVitCluster.Inference.Calibration;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;
using CellVitCluster.Slides.Lists;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ParityTests.Inference;

/// <summary>The constants of a network's separation, from real annotated tiles.</summary>
public sealed class SeparationCalibrationTests
{
    private static readonly string Images = SharedData.Path("data", "tiles", "images");
    private static readonly string Truth = SharedData.Path("data", "tiles", "inst");

    [Fact]
    [Trait("Category", "Slow")]
    public void Two_annotated_tiles_give_a_range_and_the_best_of_all_pairs_of_threshold_and_marker()
    {
        using var model = LoadedModel.Load(ModelCatalog.Installed.Resolve(null), InferenceDevice.Cpu);
        using var network = new NetworkRunner(model, classes: false);

        CalibrationResult result = new SeparationCalibration(network).Run(Annotated("tnbc_07_1", "tnbc_08_2"), CancellationToken.None);

        result.Tiles.ShouldBe(2);
        result.Range.Low.ShouldBeInRange(-1.3e11, -5e10);
        result.Range.High.ShouldBeInRange(5e10, 1.3e11);
        (result.Range.Low / 1e9).ShouldBe(Math.Round(result.Range.Low / 1e9), 1e-6, "two digits");
        result.Trials.Select(t => (t.Parameters.RidgeThreshold, t.Parameters.MarkerMinimumPixels)).ShouldBe(
            SeparationCalibration.Thresholds.SelectMany(t => SeparationCalibration.Markers.Select(m => (t, m))));
        result.Trials.ShouldAllBe(t => t.Parameters.Range == result.Range);
        result.Trials.ShouldContain(result.Best);
        result.Best.F1.ShouldBeGreaterThan(0.7);
        result.Best.Merit.ShouldBeGreaterThan(result.Trials.Average(t => t.Merit));
        result.Reference.Parameters.ShouldBe(SeparationParameters.Reference);
        result.Reference.Scores.Detection.TruePositives.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Constants_survive_the_way_through_a_card()
    {
        SeparationParameters found = SeparationParameters.Default with
        {
            Range = new ResponseRange(-7e10, 8e10),
            RidgeThreshold = 0.4125,
            MarkerMinimumPixels = 30,
        };
        ModelCard card = ModelCatalog.Installed.Resolve(null) with { Separation = CardSeparation.ConstantsOf(found) };

        CardSeparation.Of(card).ShouldBe(found);
        card.ToJson().ShouldContain("\"markerMinimumPixels\": 30");
        CardSeparation.ConstantsOf(found with { MarkerMinimumPixels = 10 }).MarkerMinimumPixels.ShouldBeNull();
        Should.Throw<ArgumentException>(() => CardSeparation.ConstantsOf(SeparationParameters.Reference));
    }

    [Fact]
    public void Images_without_an_annotation_of_their_name_are_refused()
    {
        SlideSource[] slides = [new("/data/a.png"), new("/data/b.png")];
        EvaluationSource[] truths = [new("c", "/data/c.png", () => throw new InvalidOperationException())];

        Should.Throw<ConfigurationException>(() => AnnotatedSlide.Pair(slides, truths)).Message.ShouldContain("'a', 'c'");
        AnnotatedSlide.Pair(slides, [truths[0] with { Name = "b" }]).Single().Slide.Stem.ShouldBe("b");
        AnnotatedSlide.Pair([slides[0]], truths).Single().Truth.Name.ShouldBe("c", "one of each is a pair");
    }

    private static IReadOnlyList<AnnotatedSlide> Annotated(params string[] names) => AnnotatedSlide.Pair(
        SlideFinder.Find([.. names.Select(name => Path.Combine(Images, name + ".png"))], new Mpp(0.25), magnification: null), EvaluationFiles.Find(Truth));
}
