using CellVitCluster.Inference.Verification;
using CellVitCluster.TestSupport;
using Xunit.Abstractions;

namespace CellVitCluster.ParityTests.Detection;

/// <summary>
/// Separation, cleaning and training targets against the published program. Tolerances: labels, boxes, contours, classes and kept cells exact;
/// centroids, token means and targets 1e-6, class shares 1e-9 (the goldens' own statement); intermediate images one unit in the last place of
/// single precision.
/// </summary>
public sealed class DetectionGoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string, int> Postprocessing => Cases("postproc", PostprocessingCase.Find);

    public static TheoryData<string, int> Overlaps => Cases("overlap", OverlapCase.Find);

    public static TheoryData<string, int> Targets => Cases("hvmap", TrainingTargetsCase.Find);

    [Theory]
    [MemberData(nameof(Postprocessing))]
    public void Nuclei_are_those_of_the_published_program(string folder, int index) =>
        Pass(PostprocessingCase.Find(SharedData.Path("goldens", folder), folder).ElementAt(index));

    [Theory]
    [MemberData(nameof(Overlaps))]
    public void Kept_cells_are_those_of_the_published_program(string folder, int index) =>
        Pass(OverlapCase.Find(SharedData.Path("goldens", folder), folder).ElementAt(index));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Training_targets_are_those_of_the_published_program(string folder, int index) =>
        Pass(TrainingTargetsCase.Find(SharedData.Path("goldens", folder), folder).ElementAt(index));

    [Fact]
    public void All_recorded_modes_are_found()
    {
        Postprocessing.Count.ShouldBe(27);
        Overlaps.Count.ShouldBe(5);
        Targets.Count.ShouldBe(4);
    }

    [Fact]
    public void A_damaged_case_fails_with_its_reason()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("case.json"), "{}");
        File.WriteAllBytes(folder.File("in_hv.npy"), [1, 2, 3]);
        File.WriteAllBytes(folder.File("inference_instance_map.npy"), [1, 2, 3]);
        File.WriteAllBytes(folder.File("instances.npy"), [1, 2, 3]);
        File.WriteAllBytes(folder.File("hv.npy"), []);
        File.WriteAllText(folder.File("expected.json"), "[");
        File.WriteAllBytes(folder.File("cells_before.json.gz"), []);

        List<IGoldenCase> damaged =
        [
            .. PostprocessingCase.Find(folder.Path, "damaged"),
            .. OverlapCase.Find(folder.Path, "damaged"),
            .. TrainingTargetsCase.Find(folder.Path, "damaged"),
        ];
        damaged.Count.ShouldBe(3);
        foreach (IGoldenCase golden in damaged)
        {
            GoldenResult result = golden.Run(CancellationToken.None);
            result.Outcome.ShouldBe(GoldenOutcome.Failed);
            result.Detail.ShouldStartWith("The case cannot be read");
        }
    }

    [Fact]
    public void Other_folders_hold_no_case()
    {
        PostprocessingCase.Find(SharedData.Path("goldens", "overlap", "no-edge"), "x").ShouldBeEmpty();
        OverlapCase.Find(SharedData.Path("goldens", "postproc", "single-256"), "x").ShouldBeEmpty();
        TrainingTargetsCase.Find(SharedData.Path("goldens", "postproc", "single-256"), "x").ShouldBeEmpty();
    }

    private static TheoryData<string, int> Cases(string topic, Func<string, string, IEnumerable<IGoldenCase>> find)
    {
        var cases = new TheoryData<string, int>();
        foreach (string folder in Directory.GetDirectories(SharedData.Path("goldens", topic)).Order(StringComparer.Ordinal))
        {
            string name = $"{topic}/{Path.GetFileName(folder)}";
            for (int i = 0; i < find(folder, name).Count(); i++)
            {
                cases.Add(name, i);
            }
        }

        return cases;
    }

    private void Pass(IGoldenCase golden)
    {
        GoldenResult result = golden.Run(CancellationToken.None);
        output.WriteLine($"{result.Case}: {result.Detail}");
        result.Outcome.ShouldBe(GoldenOutcome.Passed, result.Detail);
    }
}
