using System.Text.Json;
using System.Text.Json.Nodes;
using CellVitCluster.TestSupport;

namespace CellVitCluster.EndToEndTests;

/// <summary>The command that scores found cells against annotated ones, on the annotation of a real slide.</summary>
public sealed class EvaluateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Annotation => SharedData.Path("data", "wsi", "tnbc-mosaic-shared.nuclei.geojson");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_annotation_scored_against_itself_is_perfect_and_every_promised_key_is_there()
    {
        JsonElement report = await Evaluate(Annotation, Annotation);

        foreach (string key in (string[])["detection.precision", "detection.recall", "detection.f1", "segmentation.dice", "segmentation.aji",
            "segmentation.aji_plus", "segmentation.bpq", "segmentation.bdq", "segmentation.bsq", "classes.nucleus.f1", "classes.nucleus.pq"])
        {
            Score(report, key).ShouldBe(1, 1e-6, key);
        }

        report.GetProperty("detection").GetProperty("true_positives").GetInt32().ShouldBe(2076);
        report.GetProperty("rule").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_shifted_annotation_loses_pixels_first_and_pairs_beyond_the_radius()
    {
        string near = Shift(3, "near.geojson"), far = Shift(60, "far.geojson");

        JsonElement small = await Evaluate(near, Annotation);
        Score(small, "detection.f1").ShouldBe(1, 0.001);
        Score(small, "segmentation.dice").ShouldBeInRange(0.5, 0.95);
        Score(small, "segmentation.aji").ShouldBeLessThan(Score(small, "segmentation.dice"));
        Score(await Evaluate(near, Annotation, "--radius-px", "1"), "detection.f1").ShouldBeLessThan(0.05);
        Score(await Evaluate(far, Annotation), "detection.f1").ShouldBeLessThan(0.6);
    }

    [Fact]
    public async Task People_get_tables_and_the_rule()
    {
        Outcome outcome = (await CellVit.RunAsync("evaluate", "--pred", Annotation, "--truth", Annotation)).ShouldExitWith(0);

        outcome.Output.ShouldContain("precision");
        outcome.Output.ShouldContain("AJI+");
        outcome.Output.ShouldContain("nucleus");
        outcome.Output.ShouldContain("as many as possible");
    }

    [Fact]
    public async Task Constants_found_on_annotated_tiles_go_into_a_card_that_runs()
    {
        string card = _folder.File(Path.Combine("cards", "calibrated.json"));
        string tile = SharedData.Path("data", "tiles", "images", "tnbc_07_1.png");

        JsonElement report = (await CellVit.RunAsync(
            "models", "calibrate", "--images", tile, "--truth", SharedData.Path("data", "tiles", "inst", "tnbc_07_1.png"), "--mpp", "0.25", "--out", card, "--json")).ShouldExitWith(0).Json;

        JsonElement separation = JsonDocument.Parse(await File.ReadAllTextAsync(card)).RootElement.GetProperty("separation");
        separation.GetProperty("threshold").GetDouble().ShouldBe(report.GetProperty("threshold").GetDouble());
        separation.GetProperty("sobelMinimum").GetDouble().ShouldBe(report.GetProperty("sobel_minimum").GetDouble());
        report.GetProperty("trials").GetArrayLength().ShouldBeGreaterThan(50);
        (await CellVit.RunAsync("run", tile, "--mpp", "0.25", "--model", card, "--placements", "2", "--out", _folder.File("out"))).ShouldExitWith(0);
    }

    [Theory]
    [InlineData("EVL-001", "evaluate", "--pred", "nowhere.geojson", "--truth", "nowhere.geojson")]
    [InlineData("CFG-001", "evaluate", "--pred", "nowhere.geojson", "--truth", "nowhere.geojson", "--radius-px", "0")]
    [InlineData("CFG-001", "evaluate", "--pred", "nowhere.geojson")]
    [InlineData("CFG-001", "run", "demo", "--placements", "3")]
    [InlineData("CFG-001", "run", "demo", "--placements", "2", "--compat", "reference")]
    public async Task Bad_input_is_refused_with_a_code(string code, params string[] arguments) =>
        (await CellVit.RunAsync(arguments)).ShouldExitWith(2).Errors.ShouldContain(code);

    [Fact]
    public async Task Folders_whose_names_do_not_pair_are_refused()
    {
        File.Copy(Annotation, _folder.File("b.geojson"));

        Outcome outcome = (await CellVit.RunAsync("evaluate", "--pred", _folder.Path, "--truth", SharedData.Path("data", "tiles"))).ShouldExitWith(2);

        outcome.Errors.ShouldContain("EVL-002");
    }

    private static async Task<JsonElement> Evaluate(string prediction, string truth, params string[] more) =>
        (await CellVit.RunAsync(["evaluate", "--pred", prediction, "--truth", truth, "--json", .. more])).ShouldExitWith(0).Json;

    private static double Score(JsonElement report, string key) =>
        key.Split('.').Aggregate(report, (element, name) => element.GetProperty(name)).GetDouble();

    private string Shift(double pixels, string name)
    {
        JsonNode document = JsonNode.Parse(File.ReadAllText(Annotation))!;
        foreach (JsonNode? position in document["features"]!.AsArray().SelectMany(f => f!["geometry"]!["coordinates"]![0]!.AsArray()))
        {
            position![0] = position[0]!.GetValue<double>() + pixels;
        }

        File.WriteAllText(_folder.File(name), document.ToJsonString());
        return _folder.File(name);
    }
}
