using CellVitCluster.Inference.Verification;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ParityTests.Evaluation;

/// <summary>Scores against those of the published program: counts and pairs exact, scores 1e-9, OCELOT scores in four decimals.</summary>
public sealed class MetricsGoldenTests
{
    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(SharedData.Path("goldens", "metrics")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_are_those_of_the_published_program(string name)
    {
        GoldenResult result = MetricsCase.Find(SharedData.Path("goldens", "metrics", name), name).ShouldHaveSingleItem().Run(CancellationToken.None);

        result.Outcome.ShouldBe(GoldenOutcome.Passed, result.Detail);
    }

    [Fact]
    public void All_recorded_cases_are_found() => Cases.Count.ShouldBe(11);

    [Fact]
    public void A_wrong_count_or_score_fails_with_its_name()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(SharedData.Path("goldens", "metrics", "real-0")))
        {
            File.WriteAllBytes(folder.File(Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        string expected = File.ReadAllText(folder.File("expected.json"));
        foreach ((string recorded, string wrong, string what) in new[]
        {
            ("\"n_true\": 87", "\"n_true\": 88", "true cells"), ("\"aji\": 0.", "\"aji\": 0.0", "aji"),
        })
        {
            expected.ShouldContain(recorded);
            File.WriteAllText(folder.File("expected.json"), expected.Replace(recorded, wrong, StringComparison.Ordinal));

            GoldenResult result = MetricsCase.Find(folder.Path, "changed").ShouldHaveSingleItem().Run(CancellationToken.None);

            result.Outcome.ShouldBe(GoldenOutcome.Failed);
            result.Detail.ShouldStartWith(what);
        }
    }
}
