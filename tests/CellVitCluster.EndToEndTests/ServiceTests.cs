using System.Text.Json;
using CellVitCluster.Slides.Synthetic;
using CellVitCluster.TestSupport;

namespace CellVitCluster.EndToEndTests;

/// <summary>A cluster of two processes and the commands that talk to it.</summary>
public sealed class ServiceTests : IDisposable
{
    private const string Announcement = "service at ";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Submitted_slides_are_watched_to_their_end_and_failed_ones_are_tried_again()
    {
        string slides = Directory.CreateDirectory(_folder.File("slides")).FullName;
        await SyntheticSlideWriter.WriteAsync(new SyntheticSlideOptions { Width = 1500, Height = 1200, Seed = 5 }, Path.Combine(slides, "good.tiff"));
        await File.WriteAllTextAsync(Path.Combine(slides, "bad.svs"), "This is no slide.");
        await using RunningNode control = RunningNode.Start(
            "--roles", "coordinator,merger,api", "--port", "0", "--data", _folder.File("control"),
            "--http-port", "0", "--slide-root", slides, "--output-root", _folder.File("stores"));
        string ready = await control.ReadyAsync(Deadline);
        await using RunningNode worker = RunningNode.Start("--roles", "worker", "--port", "0", "--data", _folder.File("worker"), "--seed", ready.Split(' ')[1]);
        await worker.ReadyAsync(Deadline);
        string server = ready[(ready.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..];
        Task<Outcome> Ask(params string[] arguments) => CellVit.RunAsync([.. arguments, "--server", server]);

        // A slide that is done and one that fails.
        Outcome watched = (await Ask("submit", slides, "--out", "study", "--label", "two", "--key", "k", "--watch", "--json")).ShouldExitWith(3);
        string batch = watched.Json.GetProperty("batch").GetProperty("id").GetString()!;
        watched.Json.GetProperty("slides").EnumerateArray().Select(slide => slide.GetProperty("status").GetString()).ShouldBe(["failed", "done"]);
        watched.Json.GetProperty("slides")[0].GetProperty("error_code").GetString().ShouldBe("SLD-002");
        (await CellVit.RunAsync("store", "check", _folder.File("stores", "study", "good"))).ShouldExitWith(0);

        // The same key is the same batch; other content under it is refused.
        (await Ask("submit", slides, "--out", "study", "--label", "two", "--key", "k")).ShouldExitWith(0).Output.Trim().ShouldBe(batch);
        (await Ask("submit", slides, "--out", "study", "--label", "other", "--key", "k")).ShouldExitWith(2).Errors.ShouldContain("RUN-005");
        (await Ask("submit", "/etc/passwd")).ShouldExitWith(2).Errors.ShouldContain("CFG-002");

        // Mended and tried again.
        File.Copy(Path.Combine(slides, "good.tiff"), Path.Combine(slides, "bad.svs"), overwrite: true);
        (await Ask("retry", batch + "/0")).ShouldExitWith(0).Errors.ShouldContain("1 slide(s)");
        (await Ask("watch", batch)).ShouldExitWith(0).Errors.ShouldContain("2 of 2");

        // Nothing left to change; unknown work is said.
        (await Ask("cancel", batch, "--json")).ShouldExitWith(0).Json.GetProperty("slides").GetInt32().ShouldBe(0);
        (await Ask("priority", batch, "stat", "--json")).ShouldExitWith(0).Json.GetProperty("slides").GetInt32().ShouldBe(0);
        (await Ask("cancel", new string('0', 32))).ShouldExitWith(2).Errors.ShouldContain("RUN-004");

        JsonElement cluster = (await Ask("status", "--json")).ShouldExitWith(0).Json;
        cluster.GetProperty("members").GetArrayLength().ShouldBe(2);
        cluster.GetProperty("workers").GetArrayLength().ShouldBe(1);
        cluster.GetProperty("batches")[0].GetProperty("published").GetInt32().ShouldBe(2);
        cluster.GetProperty("incidents").EnumerateArray().Select(i => i.GetProperty("kind").GetString()).ShouldContain("run-published");
        JsonElement slide = (await Ask("status", batch + "/1", "--json")).ShouldExitWith(0).Json;
        slide.GetProperty("run").GetProperty("phase").GetString().ShouldBe("published");
        slide.GetProperty("incidents").GetArrayLength().ShouldBeGreaterThan(0);
        (await Ask("status", batch)).ShouldExitWith(0).Output.ShouldContain("published");

        // A node that reads cards and takes batches needs no network library.
        (await File.ReadAllTextAsync($"/proc/{control.Id}/maps")).ShouldNotContain("libtorch");

        (await worker.TerminateAsync(Deadline)).ShouldExitWith(0);
        (await control.TerminateAsync(Deadline)).ShouldExitWith(0);
        (await Ask("status", "--wait", "1")).ShouldExitWith(5).Errors.ShouldContain("API-004");
    }

    public void Dispose() => _folder.Dispose();
}
