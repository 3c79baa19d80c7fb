using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Ids;

namespace CellVitCluster.ClusterTests.Admission;

public class RunCompositionTests
{
    private static readonly SlideId Slide = new("fedcba9876543210fedcba9876543210");

    /// <summary>Stores and journals with these ids are out there: a change of one of them makes finished slides be computed again.</summary>
    [Fact]
    public void Run_ids_never_change()
    {
        RunComposition.Specify(new BatchSlide("/slides/slide.svs", "slide", null, 40), Slide, Specimens.Template()).RunId
            .ShouldBe("a96c1e040e1a801b87a4480c9a22236f");

        RunTemplate everything = Specimens.Template() with
        {
            Compatibility = 1,
            RegionPath = "/roi.geojson",
            RegionDigest = new string('d', 64),
            ClassBranch = 1,
            Classifiers = [Specimens.Classifier()],
            Precision = "bf16",
            Placements = 2,
        };
        RunComposition.Specify(new BatchSlide("/slides/slide.svs", null, 0.2521, null), Slide, everything).RunId
            .ShouldBe("e9144e7b99f0a6c10bcd0d8a9a24b499");
    }

    [Fact]
    public void Slide_without_a_name_of_its_own_is_called_by_its_content()
    {
        RunSpecification run = RunComposition.Specify(new BatchSlide("/slides/a.b.svs", null, null, null), Slide, Specimens.Template("/out"));

        run.Name.ShouldBe("a.b-fedcba98");
        run.StoreDirectory.ShouldBe("/out/a.b-fedcba98");
        run.WorkDirectory.ShouldBe($"/out/.cellvit/runs/{run.RunId}");
    }

    [Fact]
    public void Slide_that_cannot_be_read_is_refused_with_the_reason()
    {
        ComposedSlide composed = RunComposition.Compose(new BatchSlide("/nowhere/a.svs", "a", null, null), Specimens.Template());

        composed.Specification.ShouldBeNull();
        composed.Failure!.Code.ShouldBe("SLD-001");
    }
}
