using System.Security.Cryptography;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>Runs on a real one-node cluster with a real journal; only the network is replaced (<see cref="LatticeAnalyzer"/>).</summary>
public sealed class ClusterNodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Submitted_slide_ends_as_a_published_store_without_doubles_or_cut_cells()
    {
        await using TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer());
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");

        await node.SubmitAsync(run);
        RunStatus status = await node.FinishAsync(run);

        status.Failure.ShouldBeNull();
        using CellStore store = CellStore.Open(run.StoreDirectory);
        store.Count.ShouldBe(status.Publication!.Cells);
        StoredCell[] cells = [.. store.ReadAll()];
        cells.Select(c => (Math.Round(c.Centroid.X), Math.Round(c.Centroid.Y))).ShouldBeUnique();
        cells.ShouldAllBe(c => Math.Abs(c.AreaSquareMicrons - (16 * 16 * 0.0625f)) < 0.01);
        StoreCheck.Run(run.StoreDirectory).ShouldBeEmpty();

        // Tile results are removed once the store holds everything.
        await TestNode.GoneAsync(run.WorkDirectory);
    }

    [Fact]
    public async Task Two_workers_end_with_the_same_bytes_as_one()
    {
        using var other = new TemporaryFolder();
        RunSpecification alone = await TestNode.MakeRunAsync(other, "slide");
        RunSpecification shared = await TestNode.MakeRunAsync(_folder, "slide");

        await using (TestNode node = await TestNode.StartAsync(other, new LatticeAnalyzer()))
        {
            await node.SubmitAsync(alone);
            await node.FinishAsync(alone);
        }

        await using (TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer(), new LatticeAnalyzer()))
        {
            await node.SubmitAsync(shared);
            await node.FinishAsync(shared);
        }

        Digest(shared).ShouldBe(Digest(alone));
    }

    [Fact]
    public async Task Tile_that_always_fails_is_recorded_with_its_reason_and_the_slide_is_finished()
    {
        await using TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer { Failure = FailAt(new TileId(1, 1)) });
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");

        await node.SubmitAsync(run);
        RunStatus status = await node.FinishAsync(run);

        status.Publication!.TilesFailed.ShouldBe(1);
        using CellStore store = CellStore.Open(run.StoreDirectory);
        store.Manifest.FailedTiles.ShouldHaveSingleItem().Reason.ShouldContain("The region is unreadable.");
        store.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Tile_that_fails_twice_succeeds_at_the_third_attempt()
    {
        int failures = 0;
        var analyzer = new LatticeAnalyzer
        {
            Failure = task => task.Tile == new TileId(1, 1) && Interlocked.Increment(ref failures) <= 2 ? LatticeAnalyzer.Unreadable() : null,
        };
        await using TestNode node = await TestNode.StartAsync(_folder, analyzer);
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");

        await node.SubmitAsync(run);

        (await node.FinishAsync(run)).Publication!.TilesFailed.ShouldBe(0);
    }

    [Fact]
    public async Task One_bad_slide_does_not_stop_the_others()
    {
        await using TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer());
        RunSpecification good = await TestNode.MakeRunAsync(_folder, "good");
        string text = _folder.File("bad.svs");
        await File.WriteAllTextAsync(text, "This is no slide.");
        RunSpecification bad = (await TestNode.MakeRunAsync(_folder, "bad")) with { SlidePath = text };

        await node.SubmitAsync(bad);
        await node.SubmitAsync(good);

        (await node.FinishAsync(bad)).Failure!.Code.ShouldBe(ErrorCode.SlideFormatUnknown.Value);
        (await node.FinishAsync(good)).Publication.ShouldNotBeNull();
    }

    [Fact]
    public async Task Lost_journal_does_not_cost_a_published_store()
    {
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");
        await using (TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer()))
        {
            await node.SubmitAsync(run);
            await node.FinishAsync(run);
        }

        byte[] before = Digest(run);
        foreach (string file in Directory.GetFiles(_folder.Path, "journal.db*"))
        {
            File.Delete(file);
        }

        // Every tile hangs: only the store that is already there can end the run.
        await using (TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer { Gate = _ => new TaskCompletionSource().Task }))
        {
            await node.SubmitAsync(run);

            (await node.FinishAsync(run)).Publication.ShouldNotBeNull();
        }

        Digest(run).ShouldBe(before);
    }

    [Fact]
    public async Task Run_for_other_weights_than_the_workers_is_given_up_with_that_reason()
    {
        await using TestNode node = await TestNode.StartAsync(
            _folder, options => options with { Runs = new SlideRunOptions { QuarantineUnservable = true } }, new LatticeAnalyzer());
        RunSpecification run = (await TestNode.MakeRunAsync(_folder, "slide")) with { ModelDigest = new string('c', 64) };

        await node.SubmitAsync(run);

        (await node.FinishAsync(run)).Failure!.Why.ShouldContain("weights");
    }

    public void Dispose() => _folder.Dispose();

    private static Func<TileTask, Exception?> FailAt(TileId tile) => task => task.Tile == tile ? LatticeAnalyzer.Unreadable() : null;

    private static byte[] Digest(RunSpecification run) =>
    [
        .. SHA256.HashData(File.ReadAllBytes(Path.Combine(run.StoreDirectory, "cells.parquet"))),
        .. SHA256.HashData(File.ReadAllBytes(Path.Combine(run.StoreDirectory, "tokens.npy"))),
    ];
}
