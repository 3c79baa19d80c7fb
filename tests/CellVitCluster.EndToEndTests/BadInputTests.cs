using System.Text.Json;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;
using SkiaSharp;

namespace CellVitCluster.EndToEndTests;

/// <summary>Every bad input ends in a clear message, the right exit code, and nothing lost.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>What goes wrong here goes wrong outside the network.</summary>
    private const string Paced = "paced:20,100,read";

    private string Out => _folder.File("out");

    [Theory]
    [InlineData(2, "run")]
    [InlineData(2, "run", "x.svs", "--compat", "nonsense")]
    [InlineData(2, "run", "x.svs", "--mpp", "-1")]
    [InlineData(2, "nonsense")]
    [InlineData(0, "--help")]
    [InlineData(0, "run", "--help")]
    public async Task Usage_errors_exit_with_2_and_help_with_0(int code, params string[] arguments) =>
        (await CellVit.RunAsync(arguments)).ShouldExitWith(code);

    /// <summary>No machine has a hundred GPUs, and no processor computes in fp16.</summary>
    [Theory]
    [InlineData("CUDA devices are visible", "run", "demo", "--device", "cuda:99")]
    [InlineData("CUDA devices are visible", "verify", ".", "--device", "cuda:99")]
    [InlineData("on a processor", "verify", ".", "--device", "cpu", "--precision", "fp16")]
    public async Task Devices_that_are_not_there_or_cannot_do_it_are_refused(string reason, params string[] arguments)
    {
        Outcome outcome = await CellVit.RunAsync(arguments);

        outcome.ExitCode.ShouldBe(2, outcome.Errors);
        outcome.Errors.ShouldContain("CFG-001");
        outcome.Errors.ShouldContain(reason);
    }

    [Fact]
    public async Task Folder_without_slides_exits_with_4()
    {
        Directory.CreateDirectory(_folder.File("empty"));

        Outcome outcome = (await CellVit.RunAsync("run", _folder.File("empty"), "--out", Out)).ShouldExitWith(4);

        outcome.Errors.ShouldContain("SLD-007");
    }

    [Fact]
    public async Task Missing_model_exits_with_6()
    {
        Outcome outcome = (await CellVit.RunAsync("run", "demo", "--out", Out, "--model", _folder.File("none.pth"))).ShouldExitWith(6);

        outcome.Errors.ShouldContain("MDL-001");
    }

    [Fact]
    public async Task File_that_is_no_checkpoint_exits_with_6()
    {
        await File.WriteAllTextAsync(_folder.File("text.pth"), "weights, honestly");

        (await CellVit.RunAsync("run", "demo", "--out", Out, "--model", _folder.File("text.pth"))).ShouldExitWith(6);
    }

    [Fact]
    public async Task Bad_slides_fail_each_with_its_reason_and_the_good_one_is_done()
    {
        string good = Picture("good.png", 600, 500, tissue: true);
        string text = _folder.File("text.svs");
        await File.WriteAllTextAsync(text, "This is no slide.");
        string truncated = _folder.File("truncated.svs");
        byte[] whole = await File.ReadAllBytesAsync(SharedData.Path("data", "wsi", "CMU-1-Small-Region.svs"));
        await File.WriteAllBytesAsync(truncated, whole[..(whole.Length / 2)]);
        string missing = _folder.File("missing.svs");
        string list = _folder.File("list.csv");
        await File.WriteAllTextAsync(list, $"path,mpp\n{good},0.25\n{text},\n{truncated},\n{missing},\n");

        Outcome outcome = (await CellVit.RunAsync("run", list, "--out", Out, "--json", "--model", Paced)).ShouldExitWith(3);

        Code(outcome, "text").ShouldBe("SLD-002");
        Code(outcome, "truncated").ShouldBe("SLD-005");
        Code(outcome, "missing").ShouldBe("SLD-001");
        Slide(outcome, "good").GetProperty("status").GetString().ShouldBe("done");
        outcome.Errors.ShouldContain("SLD-002");
    }

    [Fact]
    public async Task Slide_without_pixel_size_is_refused_and_accepted_with_mpp()
    {
        string picture = Picture("unknown.png", 600, 500, tissue: true);

        Outcome refused = (await CellVit.RunAsync("run", picture, "--out", Out, "--json", "--model", Paced)).ShouldExitWith(3);
        Code(refused, "unknown").ShouldBe("SLD-003");
        refused.Errors.ShouldContain("--mpp");

        (await CellVit.RunAsync("run", picture, "--out", Out, "--mpp", "0.25", "--model", Paced)).ShouldExitWith(0);
    }

    [Fact]
    public async Task Slide_without_tissue_is_an_empty_complete_result()
    {
        string blank = Picture("blank.png", 1500, 1500, tissue: false);

        (await CellVit.RunAsync("run", blank, "--out", Out, "--mpp", "0.25", "--model", Paced)).ShouldExitWith(0);

        using CellStore store = CellStore.Open(Path.Combine(Out, "blank"));
        store.Count.ShouldBe(0);
        (await CellVit.RunAsync("store", "check", store.Directory)).ShouldExitWith(0);
    }

    [Fact]
    public async Task Slide_smaller_than_a_tile_is_analyzed()
    {
        string tiny = Picture("tiny.png", 200, 200, tissue: true);

        (await CellVit.RunAsync("run", tiny, "--out", Out, "--mpp", "0.25", "--model", Paced)).ShouldExitWith(0);

        using CellStore store = CellStore.Open(Path.Combine(Out, "tiny"));
        store.ReadAll().ShouldAllBe(c => c.Centroid.X >= 0 && c.Centroid.X <= 200 && c.Centroid.Y >= 0 && c.Centroid.Y <= 200);
    }

    [Fact]
    public async Task Two_slides_of_one_name_get_two_stores()
    {
        string a = Picture(Path.Combine("a", "same.png"), 300, 300, tissue: true);
        string b = Picture(Path.Combine("b", "same.png"), 310, 300, tissue: true);

        Outcome outcome = (await CellVit.RunAsync("run", a, b, "--out", Out, "--mpp", "0.25", "--json", "--model", Paced)).ShouldExitWith(0);

        string[] stores = [.. outcome.Json.GetProperty("slides").EnumerateArray().Select(s => s.GetProperty("store").GetString()!)];
        stores.Length.ShouldBe(2);
        stores[0].ShouldNotBe(stores[1]);
        stores.ShouldAllBe(store => File.Exists(Path.Combine(store, "manifest.json")));
    }

    [Fact]
    public async Task Store_of_another_run_is_not_overwritten_unless_asked()
    {
        string picture = Picture("slide.png", 300, 300, tissue: true);
        (await CellVit.RunAsync("run", picture, "--out", Out, "--mpp", "0.25", "--model", Paced)).ShouldExitWith(0);
        string manifest = await File.ReadAllTextAsync(Path.Combine(Out, "slide", "manifest.json"));

        Outcome refused = (await CellVit.RunAsync("run", picture, "--out", Out, "--mpp", "0.3", "--json", "--model", Paced)).ShouldExitWith(3);
        Code(refused, "slide").ShouldBe("STO-005");
        (await File.ReadAllTextAsync(Path.Combine(Out, "slide", "manifest.json"))).ShouldBe(manifest);

        (await CellVit.RunAsync("run", picture, "--out", Out, "--mpp", "0.3", "--fresh", "--model", Paced)).ShouldExitWith(0);
        Outcome again = (await CellVit.RunAsync("run", picture, "--out", Out, "--mpp", "0.3", "--fresh", "--json", "--model", Paced)).ShouldExitWith(0);
        Slide(again, "slide").GetProperty("stage_seconds").GetProperty("network").GetDouble().ShouldBeGreaterThan(0, "fresh means computed again");
    }

    [Fact]
    public async Task Unreadable_tile_in_the_middle_costs_that_tile_only()
    {
        string slide = _folder.File("hole.tiff");
        (await CellVit.RunAsync("synth", slide, "--size", "3800x3800", "--seed", "9")).ShouldExitWith(0);
        // Pixels 1024 … 1279 in both axes: seen by tile (1, 1) alone.
        DamagedTiff.BreakTile(slide, column: 4, row: 4);

        Outcome outcome = (await CellVit.RunAsync("run", slide, "--out", Out, "--json", "--model", Paced)).ShouldExitWith(0);

        JsonElement report = Slide(outcome, "hole");
        report.GetProperty("tiles_failed").GetInt32().ShouldBe(1);
        report.GetProperty("cells").GetInt64().ShouldBeGreaterThan(0);
        using CellStore store = CellStore.Open(Path.Combine(Out, "hole"));
        store.Manifest.FailedTiles.ShouldHaveSingleItem();
        outcome.Errors.ShouldContain("1 tile(s) of 'hole' failed");
    }

    [Fact]
    public async Task Full_disk_stops_with_the_reason_and_the_next_run_goes_on()
    {
        string slide = _folder.File("slide.tiff");
        (await CellVit.RunAsync("synth", slide, "--size", "3000x3000", "--seed", "4")).ShouldExitWith(0);
        Directory.CreateDirectory(Out);

        // A file system of its own with too little room for the guard to let work begin, then one with enough.
        string command = $"mount -t tmpfs -o size=60m tmpfs '{Out}' && {string.Join(' ', CellVit.CommandLine)} run '{slide}' --model {Paced} --out '{Out}' --json; code=$?; "
            + $"mount -o remount,size=600m '{Out}'; {string.Join(' ', CellVit.CommandLine)} run '{slide}' --model {Paced} --out '{Out}' >/dev/null; echo \"first $code second $?\" >&2";
        Outcome outcome = await CellVit.RunAsync(["unshare", "-m", "sh", "-c", command], []);

        outcome.Errors.ShouldContain("STO-003");
        outcome.Errors.ShouldContain("first 3 second 0");
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement Slide(Outcome outcome, string name) =>
        outcome.Json.GetProperty("slides").EnumerateArray().Single(s => s.GetProperty("name").GetString() == name);

    private static string Code(Outcome outcome, string name) => Slide(outcome, name).GetProperty("error_code").GetString()!;

    /// <summary>A picture of pink ground with dark spots, or of glass.</summary>
    private string Picture(string name, int width, int height, bool tissue)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(tissue ? new SKColor(225, 170, 200) : new SKColor(243, 243, 243));
            using var paint = new SKPaint { Color = new SKColor(90, 60, 140), IsAntialias = true };
            for (int y = 40; tissue && y < height; y += 70)
            {
                for (int x = 40; x < width; x += 70)
                {
                    canvas.DrawCircle(x, y, 14, paint);
                }
            }
        }

        using FileStream file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return path;
    }
}
