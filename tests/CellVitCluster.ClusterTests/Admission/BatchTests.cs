using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.ClusterTests.Hosting;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Admission;

/// <summary>Batches on a real node with a real journal.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Slides_of_a_batch_become_stores_and_an_unreadable_one_is_refused_with_its_reason()
    {
        await TestNode.MakeRunAsync(_folder, "one");
        await TestNode.MakeRunAsync(_folder, "two");
        await using TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer());

        await SubmitAsync(node, "one", "missing", "two");
        BatchStatus status = await FinishAsync(node);

        status.Published.ShouldBe(2);
        status.Quarantined.ShouldBe(1);
        BatchSlides slides = await node.AskAsync<BatchSlides>(new GetBatchSlides("b", 0, 64, null));
        slides.Slides.Select(s => s.Phase).ShouldBe([RunPhase.Published, RunPhase.Quarantined, RunPhase.Published]);
        slides.Slides[1].Failure!.Code.ShouldBe("SLD-001");
        slides.Slides[2].Run!.Publication!.Cells.ShouldBeGreaterThan(0);
        (await node.AskAsync<BatchSlides>(new GetBatchSlides("b", 0, 64, (int)RunPhase.Quarantined))).Slides.ShouldHaveSingleItem().Entry.ShouldBe(1);
    }

    [Fact]
    public async Task Five_thousand_slides_are_accepted_and_survive_a_crash_and_pages_of_long_reasons_stay_small()
    {
        const int Slides = 5_000;
        string longName = new('x', 200);
        await using (TestNode node = await TestNode.StartAsync(_folder))
        {
            await node.AskAsync<BatchAccepted>(Specimens.Batch(slides: Slides, outputDirectory: _folder.Path));
            for (int from = 0; from < Slides; from += AddSlides.MaxSlides)
            {
                int count = Math.Min(AddSlides.MaxSlides, Slides - from);
                await node.AskAsync<BatchAccepted>(new AddSlides(
                    "b", from, [.. Enumerable.Range(from, count).Select(i => new BatchSlide($"/missing/{longName}/{i}.svs", $"s{i}", null, null))]));
            }

            await node.CrashAsync();
        }

        await using (TestNode node = await TestNode.StartAsync(_folder))
        {
            BatchStatus status = await WaitAsync(node, batch => batch.Quarantined >= 300);
            status.Complete.ShouldBeTrue();
            status.Slides.ShouldBe(Slides);
            BatchSlides page = await node.AskAsync<BatchSlides>(new GetBatchSlides("b", 0, 64, null));
            MessagePack.MessagePackSerializer.Serialize(page).Length.ShouldBeLessThan(64 * 1024);
            page.Next.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Nothing_is_begun_while_the_disk_is_nearly_full_and_everything_goes_on_when_there_is_room()
    {
        await TestNode.MakeRunAsync(_folder, "one");
        long free = 0;
        var admission = new AdmissionOptions { FreeBytes = _ => Interlocked.Read(ref free), DiskCheckInterval = TimeSpan.FromMilliseconds(50) };
        await using TestNode node = await TestNode.StartAsync(_folder, options => options with { Admission = admission }, new LatticeAnalyzer());

        await SubmitAsync(node, "one");
        BatchSlides slides = await node.AskAsync<BatchSlides>(new GetBatchSlides("b", 0, 64, null));
        while (slides.Slides[0].Failure is null)
        {
            slides = await node.AskAsync<BatchSlides>(new GetBatchSlides("b", 0, 64, null));
        }

        slides.Slides[0].Phase.ShouldBe(RunPhase.Waiting);
        slides.Slides[0].Failure!.Code.ShouldBe("STO-003");

        Interlocked.Exchange(ref free, long.MaxValue);
        (await FinishAsync(node)).Published.ShouldBe(1);
    }

    [Fact]
    public async Task Cancelled_batch_goes_on_from_its_finished_tiles_when_it_is_tried_again()
    {
        await TestNode.MakeRunAsync(_folder, "one");
        var gate = new TaskCompletionSource();
        var analyzer = new LatticeAnalyzer { Gate = tile => tile <= 4 ? Task.CompletedTask : gate.Task };
        await using TestNode node = await TestNode.StartAsync(_folder, analyzer);
        await SubmitAsync(node, "one");
        BatchSlides slides;
        do
        {
            slides = await node.AskAsync<BatchSlides>(new GetBatchSlides("b", 0, 64, null));
        }
        while (slides.Slides[0].Run?.Progress?.TilesDone is not 4);

        (await node.AskAsync<WorkChanged>(new CancelWork(new WorkTarget(null, "b", null)))).Slides.ShouldBe(1);
        (await FinishAsync(node)).Cancelled.ShouldBe(1);

        gate.SetResult();
        await node.AskAsync<WorkChanged>(new RetryWork(new WorkTarget(null, "b", 0)));
        (await FinishAsync(node)).Published.ShouldBe(1);
        slides = await node.AskAsync<BatchSlides>(new GetBatchSlides("b", 0, 64, null));
        slides.Slides[0].Run!.Publication!.TilesFailed.ShouldBe(0);
        (await node.AskAsync<WorkRejected>(new CancelWork(new WorkTarget("unknown", null, null)))).Failure.Code.ShouldBe("RUN-004");
    }

    [Fact]
    public async Task Old_work_is_forgotten_and_its_stores_stay()
    {
        await TestNode.MakeRunAsync(_folder, "one");
        var admission = new AdmissionOptions
        {
            Retention = TimeSpan.FromSeconds(5),
            RetentionCheckInterval = TimeSpan.FromMilliseconds(50),
            Tick = TimeSpan.FromMilliseconds(50),
            SnapshotEvery = 2,
        };
        await using (TestNode node = await TestNode.StartAsync(_folder, options => options with { Admission = admission }, new LatticeAnalyzer()))
        {
            await SubmitAsync(node, "one", "missing");
            Batches batches;
            do
            {
                batches = await node.AskAsync<Batches>(new GetBatches(0, 64));
            }
            while (batches.Total > 0);
        }

        Directory.Exists(_folder.File("out", "one")).ShouldBeTrue();
        await using (TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer()))
        {
            (await node.AskAsync<Batches>(new GetBatches(0, 64))).Total.ShouldBe(0, "a restart does not bring it back");
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Task<BatchStatus> FinishAsync(TestNode node) =>
        WaitAsync(node, batch => batch is { Waiting: 0, Active: 0 });

    private static async Task<BatchStatus> WaitAsync(TestNode node, Func<BatchStatus, bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await poll.WaitForNextTickAsync(deadline.Token))
        {
            Batches batches = await node.AskAsync<Batches>(new GetBatch("b"));
            if (batches.Items.Count == 1 && condition(batches.Items[0]))
            {
                return batches.Items[0];
            }
        }

        throw new TimeoutException();
    }

    private async Task SubmitAsync(TestNode node, params string[] names)
    {
        await node.AskAsync<BatchAccepted>(Specimens.Batch(slides: names.Length, outputDirectory: _folder.File("out")));
        await node.AskAsync<BatchAccepted>(
            new AddSlides("b", 0, [.. names.Select(name => new BatchSlide(_folder.File($"{name}.tiff"), name, 0.25, 40))]));
    }
}
