using System.Text.Json;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;

namespace CellVitCluster.EndToEndTests;

public sealed class ClassifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Two_classifiers_give_a_slide_two_layers_that_exports_and_pictures_can_show()
    {
        string classifiers = $"{Classifier("consep", ["Other", "Inflammatory", "Epithelial"], 1)},{Classifier("ocelot", ["Other Cell", "Tumor Cell"], 2)}";

        string slide = _folder.File("slide.tiff");
        (await CellVit.RunAsync("synth", slide, "--size", "1800x1800", "--seed", "4")).ShouldExitWith(0);
        Outcome run = (await CellVit.RunAsync("run", slide, "--out", _folder.File("out"), "--classifier", classifiers, "--json")).ShouldExitWith(0);

        JsonElement report = run.Json.GetProperty("slides")[0];
        string store = report.GetProperty("store").GetString()!;
        long cells = report.GetProperty("cells").GetInt64();
        cells.ShouldBeGreaterThan(100);
        report.GetProperty("layers").GetProperty("consep").EnumerateObject().Sum(c => c.Value.GetInt64()).ShouldBe(cells);
        (await CellVit.RunAsync("store", "check", store)).ShouldExitWith(0);
        using (CellStore opened = CellStore.Open(store))
        {
            opened.ReadAll().ShouldAllBe(cell => cell.Class == 1);
            opened.Taxonomy.Classes.Select(c => c.Name).ShouldBe(["background", "nuclei"]);
            opened.Layers.Select(layer => layer.Name).ShouldBe(["consep", "ocelot"]);
        }

        (await Classes(store)).ShouldBeSubsetOf(["Other", "Inflammatory", "Epithelial"]);
        (await Classes(store, "--layer", "ocelot")).ShouldBeSubsetOf(["Other Cell", "Tumor Cell"]);
        (await Classes(store, "--layer", "binary")).ShouldBe(["nuclei"]);
        (await CellVit.RunAsync("export", store, "--format", "geojson", "--layer", "lizard")).ShouldExitWith(1).Errors.ShouldContain("STO-006");
        (await CellVit.RunAsync("render", store, _folder.File("picture.png"), "--layer", "ocelot")).ShouldExitWith(0);
    }

    [Fact]
    public async Task Killed_run_with_a_classifier_ends_with_the_same_layer_bytes()
    {
        string slide = _folder.File("slide.tiff"), classifier = Classifier("mine", ["a", "b", "c", "d"], 3);
        (await CellVit.RunAsync("synth", slide, "--size", "2800x1900", "--seed", "3")).ShouldExitWith(0);
        (await CellVit.RunAsync("run", slide, "--classifier", classifier, "--out", _folder.File("undisturbed"))).ShouldExitWith(0);

        string output = _folder.File("killed");
        await CellVit.KillWhenAsync(
            line => line.Contains("analysis, tiles", StringComparison.Ordinal) && !line.Contains("tiles 0/", StringComparison.Ordinal),
            "run", slide, "--classifier", classifier, "--out", output);
        Outcome last = (await CellVit.RunAsync("run", slide, "--classifier", classifier, "--out", output, "--json")).ShouldExitWith(0);

        last.Json.GetProperty("slides")[0].GetProperty("tiles_resumed").GetInt32().ShouldBeGreaterThanOrEqualTo(1);
        foreach (string file in (string[])["cells.parquet", "tokens.npy", "layers/mine.parquet"])
        {
            (await File.ReadAllBytesAsync(Path.Combine(output, "slide", file)))
                .ShouldBe(await File.ReadAllBytesAsync(_folder.File("undisturbed", "slide", file)), file);
        }
    }

    [Fact]
    public async Task Binary_run_is_another_run_whose_cells_are_all_nuclei()
    {
        string slide = _folder.File("slide.tiff"), output = _folder.File("out");
        (await CellVit.RunAsync("synth", slide, "--size", "1000x1000", "--seed", "4")).ShouldExitWith(0);

        (await CellVit.RunAsync("run", slide, "--binary", "--out", output)).ShouldExitWith(0);

        using (CellStore store = CellStore.Open(Path.Combine(output, "slide")))
        {
            store.Count.ShouldBeGreaterThan(10);
            store.ReadAll().ShouldAllBe(cell => cell.Class == 1);
            store.Taxonomy[1].Name.ShouldBe("nuclei");
            store.Manifest.ClassBranch.ShouldBe("none");
        }

        (await CellVit.RunAsync("run", slide, "--out", output)).ShouldExitWith(3).Errors.ShouldContain("It holds the cells of another run");
    }

    [Fact]
    public async Task Unusable_classifiers_are_refused_before_any_work()
    {
        string sound = Classifier("sound", ["a", "b"], 5);
        string wide = ClassifierFixture.Write(_folder.File("wide.safetensors"), ["a", "b"], 6, tokenWidth: 1280);
        string output = _folder.File("out");

        (await CellVit.RunAsync("run", "demo", "--out", output, "--classifier", wide)).ShouldExitWith(6)
            .Errors.ShouldContain("It reads embeddings of width 1280, the model makes such of width 192.");
        (await CellVit.RunAsync("run", "demo", "--out", output, "--classifier", $"{sound},{sound}")).ShouldExitWith(2)
            .Errors.ShouldContain("Two class layers cannot have the name 'sound'");
        (await CellVit.RunAsync("run", "demo", "--out", output, "--classifier", "absent")).ShouldExitWith(6).Errors.ShouldContain("MDL-001");
        Directory.EnumerateFileSystemEntries(output).Select(Path.GetFileName).ShouldBe([".cellvit"]);
    }

    public void Dispose() => _folder.Dispose();

    private string Classifier(string name, string[] labels, int seed) => ClassifierFixture.Write(_folder.File(name + ".safetensors"), labels, seed);

    private async Task<string[]> Classes(string store, params string[] options)
    {
        string path = _folder.File("cells.geojson");
        (await CellVit.RunAsync(["export", store, "--format", "geojson", "--out", path, .. options])).ShouldExitWith(0);
        return [.. JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(path)).GetProperty("features").EnumerateArray()
            .Select(feature => feature.GetProperty("properties").GetProperty("classification").GetProperty("name").GetString()!).Distinct(StringComparer.Ordinal)];
    }
}
