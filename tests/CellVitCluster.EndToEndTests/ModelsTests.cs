using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CellVitCluster.TestSupport;
using Microsoft.AspNetCore.Http;

namespace CellVitCluster.EndToEndTests;

/// <summary>Models are listed, shown, imported, converted, checked and pulled, with a models folder of the test's own.</summary>
public sealed class ModelsTests : IDisposable
{
    private static readonly byte[] Weights = File.ReadAllBytes(Path.Combine(Checkout.Root, "configs", "models", "starter.safetensors"));

    private readonly TemporaryFolder _folder = new();

    private string Models => _folder.File("models");

    private string Part => Path.Combine(Models, "weights.safetensors.part");

    [Fact]
    public async Task Import_list_show_verify_and_damage()
    {
        (await RunAsync("models", "import", SharedData.Path("models", "starter.pth"), "--name", "mine", "--license", "CC-BY-4.0")).ShouldExitWith(0);

        Outcome list = (await RunAsync("models", "list", "--json")).ShouldExitWith(0);
        State(list, "mine").ShouldBe("installed");
        State(list, "starter").ShouldBe("installed");
        State(list, "cellvit-sam-h-x40-amp").ShouldBe("not pulled");

        JsonElement shown = (await RunAsync("models", "show", "mine", "--json")).ShouldExitWith(0).Json;
        shown.GetProperty("license").GetString().ShouldBe("CC-BY-4.0");
        shown.GetProperty("architecture").GetString().ShouldBe("CellViTSlim");
        shown.GetProperty("parameters").GetInt64().ShouldBeGreaterThan(1_000_000);
        (await RunAsync("models", "verify")).ShouldExitWith(0).Output.ShouldContain("mine: ok");

        await using (FileStream weights = File.OpenWrite(Path.Combine(Models, "mine.pth")))
        {
            weights.Position = weights.Length / 2;
            weights.WriteByte(0x5a);
            weights.WriteByte(0xa5);
        }

        (await RunAsync("models", "verify", "mine")).ShouldExitWith(1).Output.ShouldContain("mine: different");
    }

    [Fact]
    public async Task Show_describes_files_that_are_no_models()
    {
        JsonElement classifier = (await RunAsync("models", "show", SharedData.Path("goldens", "classifier", "checkpoints", "ocelot.pth"), "--json")).ShouldExitWith(0).Json;

        classifier.GetProperty("kind").GetString().ShouldBe("classifier");
        classifier.GetProperty("classes").EnumerateArray().Select(c => c.GetString()).ShouldBe(["Other Cell", "Tumor Cell"]);
        classifier.GetProperty("embedding_width").GetInt32().ShouldBe(1280);
        (await RunAsync("models", "show", "no-such-thing")).ShouldExitWith(6).Errors.ShouldContain("MDL-001");
    }

    [Fact]
    public async Task A_converted_checkpoint_of_the_official_form_is_the_same_model()
    {
        string golden = SharedData.Path("goldens", "forward", "vit256-official", "checkpoint.pth.br");
        string original = _folder.File("official.pth");
        await using (var brotli = new BrotliStream(File.OpenRead(golden), CompressionMode.Decompress))
        await using (FileStream unpacked = File.Create(original))
        {
            await brotli.CopyToAsync(unpacked);
        }

        (await RunAsync("models", "convert", original, _folder.File("half.safetensors"), "--half")).ShouldExitWith(0);

        JsonElement before = (await RunAsync("models", "show", original, "--json")).ShouldExitWith(0).Json;
        JsonElement after = (await RunAsync("models", "show", _folder.File("half.safetensors"), "--json")).ShouldExitWith(0).Json;
        after.GetProperty("parameters").GetInt64().ShouldBe(46_750_349);
        foreach (string fact in (string[])["architecture", "parameters", "tensors", "embedding_width", "taxonomy"])
        {
            after.GetProperty(fact).ToString().ShouldBe(before.GetProperty(fact).ToString());
        }

        after.GetProperty("bytes").GetInt64().ShouldBeLessThan((long)(before.GetProperty("bytes").GetInt64() * 0.51));
    }

    [Fact]
    public async Task An_interrupted_download_goes_on_where_it_stopped()
    {
        await using FileServer server = await FileServer.StartAsync((number, context) =>
            number == 1 ? FileServer.CutAsync(context, Weights, 1_000_000) : FileServer.WithRanges(context, Weights));
        Register(server.Address + "weights.safetensors", Digest(Weights));

        (await RunAsync("models", "pull", "m")).ShouldExitWith(0).Output.ShouldContain("m.safetensors");

        server.Requests.Count.ShouldBe(2);
        server.Requests[1].ShouldStartWith("/weights.safetensors bytes=");
        server.Requests[1].ShouldNotContain("bytes=0-");
        (await RunAsync("models", "verify", "m")).ShouldExitWith(0);
        File.Exists(Part).ShouldBeFalse();
    }

    [Fact]
    public async Task A_later_command_resumes_what_an_earlier_one_gave_up()
    {
        bool broken = true;
        await using FileServer server = await FileServer.StartAsync((number, context) =>
        {
            if (number == 1)
            {
                return FileServer.CutAsync(context, Weights, 500_000);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return broken ? Task.CompletedTask : FileServer.WithRanges(context, Weights);
        });
        Register(server.Address + "weights.safetensors", Digest(Weights));

        (await RunAsync("models", "pull", "m")).ShouldExitWith(6).Errors.ShouldContain("MDL-007");
        long kept = new FileInfo(Part).Length;
        kept.ShouldBeInRange(1, 500_000);
        broken = false;
        (await RunAsync("models", "pull", "m")).ShouldExitWith(0);

        server.Requests[^1].ShouldBe($"/weights.safetensors bytes={kept}-");
        (await RunAsync("models", "verify", "m")).ShouldExitWith(0);
    }

    [Fact]
    public async Task A_server_without_ranges_is_asked_for_the_whole()
    {
        await using FileServer server = await FileServer.StartAsync((number, context) =>
            number == 1 ? FileServer.CutAsync(context, Weights, 700_000) : FileServer.WithoutRanges(context, Weights));
        Register(server.Address + "weights.safetensors", Digest(Weights));

        (await RunAsync("models", "pull", "m")).ShouldExitWith(0);

        (await File.ReadAllBytesAsync(Path.Combine(Models, "m.safetensors"))).ShouldBe(Weights);
    }

    [Fact]
    public async Task A_file_with_another_digest_is_deleted()
    {
        await using FileServer server = await FileServer.StartAsync((_, context) => FileServer.WithRanges(context, Weights));
        Register(server.Address + "weights.safetensors", Digest([1, 2, 3]));

        (await RunAsync("models", "pull", "m")).ShouldExitWith(6).Errors.ShouldContain("MDL-002");

        Directory.GetFiles(Models).Select(Path.GetFileName).ShouldBe(["registry.json"]);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_asked_for_twice()
    {
        await using FileServer server = await FileServer.StartAsync((_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        Register(server.Address + "weights.safetensors", Digest(Weights));

        Outcome refused = (await RunAsync("models", "pull", "m")).ShouldExitWith(6);

        refused.Errors.ShouldContain("MDL-007");
        refused.Errors.ShouldContain("404");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Terms_and_digest_are_asked_for_and_a_mirror_is_used()
    {
        await using FileServer server = await FileServer.StartAsync((_, context) => FileServer.WithRanges(context, Weights));
        Register("http://127.0.0.1:9/weights.safetensors", null, "Not for sale.");

        (await RunAsync("models", "pull", "m", "--accept-license")).ShouldExitWith(6).Errors.ShouldContain("MDL-009");
        Outcome terms = (await RunAsync("models", "pull", "m", "--sha256", Digest(Weights))).ShouldExitWith(6);
        terms.Errors.ShouldContain("MDL-008");
        terms.Errors.ShouldContain("Not for sale.");
        server.Requests.ShouldBeEmpty();

        (await RunAsync("models", "pull", "m", "--sha256", Digest(Weights).ToUpperInvariant(), "--accept-license", "--mirror", server.Address + "mirror")).ShouldExitWith(0);
        server.Requests.ShouldBe(["/mirror/weights.safetensors"]);
        (await RunAsync("models", "show", "m")).ShouldExitWith(0).Output.ShouldContain("Not for sale.");
    }

    [Fact]
    public async Task An_archive_of_classifiers_is_unpacked_and_one_that_leaves_its_folder_is_not()
    {
        byte[] good = Zip("classifier/sam-h/ocelot.pth");
        byte[] evil = Zip("classifier/../../../evil.pth");
        await using FileServer server = await FileServer.StartAsync((_, context) =>
            FileServer.WithRanges(context, context.Request.Path == "/good.zip" ? good : evil));

        Register(server.Address + "evil.zip", Digest(evil), kind: "classifiers", file: "evil.zip");
        (await RunAsync("models", "pull", "m")).ShouldExitWith(6).Errors.ShouldContain("MDL-005");
        Directory.GetFiles(_folder.Path, "evil.pth", SearchOption.AllDirectories).ShouldBeEmpty();

        Register(server.Address + "good.zip", Digest(good), kind: "classifiers", file: "good.zip");
        (await RunAsync("models", "pull", "m")).ShouldExitWith(0);
        File.Exists(Path.Combine(Models, "m", "classifier", "sam-h", "ocelot.pth")).ShouldBeTrue();
    }

    public void Dispose() => _folder.Dispose();

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Zip(string entry)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntryFromFile(SharedData.Path("goldens", "classifier", "checkpoints", "ocelot.pth"), entry);
        }

        return file.ToArray();
    }

    private static string? State(Outcome list, string name) =>
        list.Json.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("name").GetString() == name).GetProperty("state").GetString();

    private void Register(string url, string? digest, string? terms = null, string kind = "segmentation", string file = "weights.safetensors")
    {
        Directory.CreateDirectory(Models);
        var entry = new JsonObject
        {
            ["name"] = "m",
            ["kind"] = kind,
            ["file"] = file,
            ["url"] = url,
            ["sha256"] = digest,
            ["license"] = "CC-BY-4.0",
            ["terms"] = terms ?? string.Empty,
            ["acceptanceRequired"] = terms is not null,
        };
        File.WriteAllText(Path.Combine(Models, "registry.json"), new JsonArray(entry).ToJsonString());
    }

    private Task<Outcome> RunAsync(params string[] arguments) =>
        CellVit.RunAsync(["env", $"CELLVIT_MODELS={Models}", .. CellVit.CommandLine], arguments);
}
