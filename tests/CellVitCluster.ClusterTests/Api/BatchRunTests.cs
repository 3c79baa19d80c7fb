using System.Net;
using System.Text.Json;
using CellVitCluster.Api.Submission;
using CellVitCluster.ClusterTests.Hosting;
using CellVitCluster.Slides.Synthetic;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Api;

/// <summary>Batches over HTTP on a real one-node cluster; only the network is replaced.</summary>
public sealed class BatchRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Batch_goes_from_its_request_to_its_stores_and_bad_slides_say_why()
    {
        await using TestService service = await TestService.StartAsync(_folder, null, null, new LatticeAnalyzer());
        string slide = await WriteSlideAsync();
        await File.WriteAllTextAsync(_folder.File("slides", "bad.svs"), "This is no slide.");

        JsonElement batch = await service.SubmitAsync(new BatchRequest
        {
            Slides = [new SlideRequest { Path = slide }, new SlideRequest { Path = _folder.File("slides", "missing.svs") }],
            Paths = [_folder.File("slides", "bad.svs")],
            Output = "study",
        }).ReadAsync(HttpStatusCode.Created);
        string address = $"/api/batches/{batch.Text("id")}";
        JsonElement ended = await WaitAsync(service, address, b => b.Number("waiting") + b.Number("active") == 0);

        ended.Number("published").ShouldBe(1);
        ended.Number("quarantined").ShouldBe(2);
        JsonElement[] slides = [.. (await service.Client.GetAsync($"{address}/slides").ReadAsync()).GetProperty("slides").EnumerateArray()];
        slides.Select(s => s.Text("phase")).ShouldBe(["published", "quarantined", "quarantined"]);
        slides[1].GetProperty("failure").Text("code").ShouldBe("SLD-001");
        JsonElement run = await service.Client.GetAsync($"/api/runs/{slides[0].GetProperty("run").Text("id")}").ReadAsync();
        run.Text("batch").ShouldBe(batch.Text("id"));
        run.Number("tiles_done").ShouldBe(run.Number("tiles"));
        using CellStore store = CellStore.Open(run.Text("store"));
        store.Count.ShouldBe(run.GetProperty("cells").GetInt64());
        run.Text("store").ShouldBe(_folder.File("stores", "study", "slide"));
        (await service.Client.GetAsync($"/api/runs?ids={run.Text("id")},{new string('0', 32)}").ReadAsync()).GetProperty("runs").GetArrayLength().ShouldBe(1);
        (await service.Client.GetAsync("/api/batches").ReadAsync()).Number("total").ShouldBe(1);
        JsonElement quarantined = await service.Client.GetAsync($"{address}/slides?phase=quarantined&take=1").ReadAsync();
        quarantined.GetProperty("slides")[0].Number("entry").ShouldBe(1);
        await service.Client.GetAsync($"{address}/slides/3").ReadProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Work_is_cancelled_prioritized_and_tried_again()
    {
        var gate = new TaskCompletionSource();
        await using TestService service = await TestService.StartAsync(_folder, null, null, new LatticeAnalyzer { Gate = tile => tile <= 2 ? Task.CompletedTask : gate.Task });
        string slide = await WriteSlideAsync();
        JsonElement batch = await service.SubmitAsync(new BatchRequest { Paths = [slide] }).ReadAsync(HttpStatusCode.Created);
        string address = $"/api/batches/{batch.Text("id")}";
        await WaitAsync(service, $"{address}/slides/0", s => s.TryGetProperty("run", out JsonElement run) && run.Number("tiles_done") == 2);

        (await service.PostAsync($"{address}/priority", "{\"priority\":\"stat\"}").ReadAsync()).Number("slides").ShouldBe(1);
        (await service.PostAsync($"{address}/priority", "{\"priority\":\"stat\"}").ReadAsync()).Number("slides").ShouldBe(0);
        (await service.Client.PostAsync($"{address}/slides/0/cancel", null).ReadAsync()).Number("slides").ShouldBe(1);
        await service.Client.PostAsync($"{address}/slides/9/cancel", null).ReadProblemAsync(HttpStatusCode.NotFound);
        (await WaitAsync(service, address, b => b.Number("active") == 0)).Number("cancelled").ShouldBe(1);

        gate.SetResult();
        (await service.Client.PostAsync($"{address}/retry", null).ReadAsync()).Number("slides").ShouldBe(1);

        (await WaitAsync(service, address, b => b.Number("waiting") + b.Number("active") == 0)).Number("published").ShouldBe(1);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JsonElement> WaitAsync(TestService service, string path, Func<JsonElement, bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        JsonElement document;
        while (!condition(document = await service.Client.GetAsync(path, CancellationToken.None).ReadAsync()))
        {
            try
            {
                await poll.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"{path} stays {document}", late);
            }
        }

        return document;
    }

    private async Task<string> WriteSlideAsync()
    {
        string slide = _folder.File("slides", "slide.tiff");
        await SyntheticSlideWriter.WriteAsync(new SyntheticSlideOptions { Width = 3000, Height = 3000, Seed = 5 }, slide);
        return slide;
    }
}
