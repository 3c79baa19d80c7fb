using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Merging;

/// <summary>Mergers of a slide without tissue: real folders and a real store; the run they ask is the test.</summary>
public sealed class SlideMergerActorTests : TestKit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly MergeSlots _slots = new(1);
    private readonly MergeRun _command;

    public SlideMergerActorTests() =>
        _command = new MergeRun(Specimens.Specification(folder: _folder.Path), Specimens.Slide(), new PlanMessage(Specimens.Grid(), [0]));

    [Fact]
    public async Task Two_mergers_of_one_run_end_with_one_store_and_no_leftovers()
    {
        (TestProbe firstRun, IActorRef first) = await SealedAsync();
        (TestProbe secondRun, IActorRef second) = await SealedAsync();
        Attempts().Length.ShouldBe(2);

        await GrantAsync(firstRun, first, granted: true);
        await GrantAsync(secondRun, second, granted: true);
        MergeFinished one = (MergeFinished)await firstRun.FishForMessageAsync(m => m is MergeFinished, Deadline);
        MergeFinished two = (MergeFinished)await secondRun.FishForMessageAsync(m => m is MergeFinished, Deadline);

        two.Publication.ManifestDigest.ShouldBe(one.Publication.ManifestDigest, "the one that was there first stays");
        StoreCheck.Run(_command.Specification.StoreDirectory).ShouldBeEmpty();
        Directory.GetDirectories(_folder.File("out")).ShouldHaveSingleItem();
        Attempts().ShouldBeEmpty();
    }

    [Fact]
    public async Task Merger_that_may_not_publish_removes_what_it_built_and_leaves()
    {
        (TestProbe run, IActorRef merger) = await SealedAsync();

        await GrantAsync(run, merger, granted: false);

        await run.FishForMessageAsync(m => m is Passivate, Deadline);
        Attempts().ShouldBeEmpty();
        Directory.Exists(_command.Specification.StoreDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task Abandoned_merge_leaves_nothing_but_the_tile_results()
    {
        Directory.CreateDirectory(Path.Combine(_command.Specification.WorkDirectory, "tiles"));
        (TestProbe run, IActorRef merger) = await SealedAsync();

        merger.Tell(new AbandonMerge(_command.RunId));
        await run.FishForMessageAsync(m => m is Passivate, Deadline);

        await AwaitConditionAsync(() => Task.FromResult(Attempts().Length == 0), Deadline);
        Directory.Exists(Path.Combine(_command.Specification.WorkDirectory, "tiles")).ShouldBeTrue();
    }

    [Fact]
    public async Task Question_is_repeated_until_it_is_answered_and_the_work_goes_when_the_end_is_known()
    {
        (TestProbe run, IActorRef merger) = await SealedAsync();
        merger.Tell(_command, run);
        await GrantAsync(run, merger, granted: true);
        await run.FishForMessageAsync(m => m is MergeFinished, Deadline);
        merger.Tell(_command, run);
        await run.FishForMessageAsync(m => m is MergeFinished, Deadline);

        merger.Tell(new MergeAcknowledged(_command.RunId));

        await AwaitConditionAsync(() => Task.FromResult(!Directory.Exists(_command.Specification.WorkDirectory)), Deadline);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _slots.Dispose();
        _folder.Dispose();
    }

    private string[] Attempts() => Directory.Exists(_command.Specification.WorkDirectory)
        ? Directory.GetDirectories(_command.Specification.WorkDirectory, "store-*")
        : [];

    /// <summary>A merger that has sealed its store and asks whether it may publish.</summary>
    private async Task<(TestProbe Run, IActorRef Merger)> SealedAsync()
    {
        TestProbe run = CreateTestProbe();
        IActorRef merger = run.ChildActorOf(Props.Create(
            () => new SlideMergerActor(run, ActorRefs.Nobody, new MergeOptions(), _slots, null, TimeProvider.System)));
        merger.Tell(_command, run);
        await run.FishForMessageAsync(m => m is GetSettledTiles, Deadline);
        merger.Tell(new SettledTiles(_command.RunId, 0, [], Complete: true), run);
        return (run, merger);
    }

    private async Task GrantAsync(TestProbe run, IActorRef merger, bool granted)
    {
        var request = (RequestPublication)await run.FishForMessageAsync(m => m is RequestPublication, Deadline);
        merger.Tell(new PublicationAnswered(_command.RunId, request.Token, granted), run);
    }
}
