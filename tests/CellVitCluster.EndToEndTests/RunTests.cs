using System.Security.Cryptography;
using System.Text.Json;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;

namespace CellVitCluster.EndToEndTests;

public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Demo_slide_becomes_a_sound_store_whose_cells_are_the_nuclei_of_the_truth()
    {
        string output = _folder.File("out");

        Outcome run = (await CellVit.RunAsync("run", "demo", "--out", output, "--json")).ShouldExitWith(0);

        JsonElement slide = run.Json.GetProperty("slides")[0];
        slide.GetProperty("status").GetString().ShouldBe("done");
        string store = slide.GetProperty("store").GetString()!;
        (await CellVit.RunAsync("store", "check", store)).ShouldExitWith(0);
        slide.GetProperty("cells").GetInt64().ShouldBeGreaterThan(100);
        using CellStore cells = CellStore.Open(store);
        cells.ReadAll().Select(c => c.Id).ShouldBeInOrder();
    }

    [Fact]
    public async Task Killed_and_interrupted_run_goes_on_from_its_tiles_and_ends_with_the_same_bytes()
    {
        string slide = _folder.File("slide.tiff");
        (await CellVit.RunAsync("synth", slide, "--size", "4000x3000", "--seed", "3")).ShouldExitWith(0);
        (await CellVit.RunAsync("run", slide, "--model", "paced:5,100,read", "--out", _folder.File("undisturbed"))).ShouldExitWith(0);

        string output = _folder.File("killed");
        await CellVit.KillWhenAsync(line => line.Contains("analysis, tiles 0/", StringComparison.Ordinal), "run", slide, "--model", "paced:1500,100,read", "--out", output);
        Outcome interrupted = (await CellVit.SignalWhenAsync(
            ProcessSignal.Interrupt, line => DoneTiles(line) >= 2, "run", slide, "--model", "paced:1500,100,read", "--out", output)).ShouldExitWith(130);
        Outcome last = (await CellVit.RunAsync("run", slide, "--model", "paced:5,100,read", "--out", output, "--json")).ShouldExitWith(0);

        interrupted.Errors.ShouldContain("Interrupted; the same command goes on");
        last.Json.GetProperty("slides")[0].GetProperty("tiles_resumed").GetInt32().ShouldBeGreaterThanOrEqualTo(2);
        foreach (string file in (string[])["cells.parquet", "tokens.npy"])
        {
            Digest(output, file).ShouldBe(Digest(_folder.File("undisturbed"), file), file);
        }
    }

    /// <summary>One process does everything and dies at the same tile every time: after a few commands the slide is done without that tile.</summary>
    [Fact]
    public async Task Tile_that_takes_the_process_down_every_time_is_given_up()
    {
        string slide = _folder.File("slide.tiff"), output = _folder.File("out");
        (await CellVit.RunAsync("synth", slide, "--size", "3000x2000", "--seed", "3")).ShouldExitWith(0);
        var processes = new HashSet<string>(StringComparer.Ordinal);
        bool HasBegun(string line)
        {
            // Each process names what it has begun in a file of its own, and leaves it behind when it dies.
            return line.Contains("analysis, tiles ", StringComparison.Ordinal)
                && Directory.GetFiles(output, "*.json", SearchOption.AllDirectories)
                    .Any(file => Path.GetFileName(Path.GetDirectoryName(file)) == "begun" && processes.Add(file));
        }

        // The first death is shared by the tiles that were begun; then the suspicious ones come one by one.
        for (int death = 0; death < 4; death++)
        {
            await CellVit.KillWhenAsync(HasBegun, "run", slide, "--model", "paced:60000", "--out", output);
        }

        Outcome last = (await CellVit.RunAsync("run", slide, "--model", "paced:1", "--out", output, "--json")).ShouldExitWith(0);

        processes.Count.ShouldBe(4);
        JsonElement report = last.Json.GetProperty("slides")[0];
        report.GetProperty("tiles_failed").GetInt32().ShouldBe(1, last.Output);
    }

    [Fact]
    public async Task Annotated_mosaic_of_real_tissue_is_found_again()
    {
        string output = _folder.File("out");
        string slide = SharedData.Path("data", "wsi", "tnbc-mosaic-shared.tiff");

        (await CellVit.RunAsync("run", slide, "--out", output)).ShouldExitWith(0);

        Outcome evaluation = (await CellVit.RunAsync(
            "evaluate", "--pred", output, "--truth", SharedData.Path("data", "wsi", "tnbc-mosaic-shared.instances.png"), "--json")).ShouldExitWith(0);
        // The starter reaches about 0.84 on the validation tiles alone; a shift by one pixel size or by half a tile drops it below 0.2.
        evaluation.Json.GetProperty("detection").GetProperty("f1").GetDouble().ShouldBeGreaterThan(0.75, evaluation.Output);
        evaluation.Json.GetProperty("segmentation").GetProperty("dice").GetDouble().ShouldBeGreaterThan(0.7, evaluation.Output);
    }

    [Fact]
    public async Task Exported_cells_are_detections_for_QuPath_with_stable_ids()
    {
        string output = _folder.File("out");
        string slide = SharedData.Path("data", "wsi", "CMU-1-Small-Region.svs");
        (await CellVit.RunAsync("run", slide, "--model", "paced", "--out", output)).ShouldExitWith(0);
        string store = Path.Combine(output, "CMU-1-Small-Region");

        string first = _folder.File("first.geojson"), second = _folder.File("second.geojson");
        (await CellVit.RunAsync("export", store, "--format", "geojson", "--out", first)).ShouldExitWith(0);
        (await CellVit.RunAsync("export", store, "--format", "geojson", "--out", second)).ShouldExitWith(0);

        File.ReadAllBytes(first).ShouldBe(File.ReadAllBytes(second));
        JsonElement features = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(first)).GetProperty("features");
        features.GetArrayLength().ShouldBeGreaterThan(50);
        foreach (JsonElement feature in features.EnumerateArray())
        {
            Guid.TryParse(feature.GetProperty("id").GetString(), out _).ShouldBeTrue();
            feature.GetProperty("properties").GetProperty("objectType").GetString().ShouldBe("detection");
            feature.GetProperty("properties").GetProperty("classification").GetProperty("color").GetArrayLength().ShouldBe(3);
            JsonElement ring = feature.GetProperty("geometry").GetProperty("coordinates")[0];
            ring[0].ToString().ShouldBe(ring[ring.GetArrayLength() - 1].ToString(), "rings are closed");
        }

        string picture = _folder.File("picture.png");
        (await CellVit.RunAsync("render", store, "--region", "1000,1000,400,300", picture)).ShouldExitWith(0);
        (await File.ReadAllBytesAsync(picture))[..4].ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G']);
    }

    public void Dispose() => _folder.Dispose();

    private static int DoneTiles(string line)
    {
        int start = line.IndexOf("analysis, tiles ", StringComparison.Ordinal);
        return start < 0 ? -1 : int.Parse(line[(start + 16)..].Split('/')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Digest(string output, string file) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(output, "slide", file))));
}
