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
        _command = new MergeRun(Specimens.Specification(folder: _folder.Path), Specimens.Slide(), new PlanMessage(Specimens.Grid(), [0])) { Submission = 1 };

    [Fact]
    public async Task Two_mergers_of_one_run_end_with_one_store_and_no_leftovers()
    {
        (TestProbe firstRun, IActorRef first, string firstToken) = await SealedAsync();
        (TestProbe secondRun, IActorRef second, string secondToken) = await SealedAsync();
        Attempts().Length.ShouldBe(2);

        first.Tell(new PublicationAnswered(_command.RunId, firstToken, Granted: true));
        second.Tell(new PublicationAnswered(_command.RunId, secondToken, Granted: true));
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
        (TestProbe run, IActorRef merger, string token) = await SealedAsync();

        merger.Tell(new PublicationAnswered(_command.RunId, token, Granted: false));

        await run.FishForMessageAsync(m => m is Passivate, Deadline);
        Attempts().ShouldBeEmpty();
        Directory.Exists(_command.Specification.StoreDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task Abandoned_merge_leaves_nothing_but_the_tile_results()
    {
        Directory.CreateDirectory(Path.Combine(_command.Specification.WorkDirectory, "tiles"));
        (TestProbe run, IActorRef merger, _) = await SealedAsync();
        Attempts().ShouldHaveSingleItem();

        merger.Tell(new AbandonMerge(_command.RunId));
        await run.FishForMessageAsync(m => m is Passivate, Deadline);

        await AwaitConditionAsync(() => Task.FromResult(Attempts().Length == 0), Deadline);
        Directory.Exists(Path.Combine(_command.Specification.WorkDirectory, "tiles")).ShouldBeTrue();
    }

    [Fact]
    public async Task Question_is_repeated_until_it_is_answered_and_the_work_goes_when_the_end_is_known()
    {
        (TestProbe run, IActorRef merger, string token) = await SealedAsync();
        merger.Tell(_command, run);
        ((RequestPublication)await run.FishForMessageAsync(m => m is RequestPublication, Deadline)).Token.ShouldBe(token);

        merger.Tell(new PublicationAnswered(_command.RunId, token, Granted: true));
        await run.FishForMessageAsync(m => m is MergeFinished, Deadline);
        merger.Tell(_command, run);
        await run.FishForMessageAsync(m => m is MergeFinished, Deadline);

        merger.Tell(new MergeAcknowledged(_command.RunId));

        await AwaitConditionAsync(() => Task.FromResult(!Directory.Exists(_command.Specification.WorkDirectory)), Deadline);
    }

    /// <summary>The end of the first submission was never acknowledged; the second one wants its store elsewhere.</summary>
    [Fact]
    public async Task Finished_store_of_an_earlier_submission_is_not_offered_to_the_next()
    {
        (TestProbe run, IActorRef merger, string token) = await SealedAsync();
        merger.Tell(new PublicationAnswered(_command.RunId, token, Granted: true));
        ((MergeFinished)await run.FishForMessageAsync(m => m is MergeFinished, Deadline)).Submission.ShouldBe(1);
        using var elsewhere = new TemporaryFolder();
        MergeRun next = new(Specimens.Specification(folder: elsewhere.Path), _command.Slide, _command.Plan) { Submission = 2 };

        merger.Tell(next, run);
        object answer = await run.FishForMessageAsync(m => m is GetSettledTiles or MergeFinished, Deadline);
        answer.ShouldBeOfType<GetSettledTiles>().From.ShouldBe(0);
        merger.Tell(new MergeAcknowledged(_command.RunId) { Submission = 1 }, run);
        merger.Tell(new SettledTiles(next.RunId, 0, [], Complete: true), run);

        var request = (RequestPublication)await run.FishForMessageAsync(m => m is RequestPublication, Deadline);
        request.Submission.ShouldBe(2);
        await AwaitConditionAsync(() => Task.FromResult(!Directory.Exists(_command.Specification.WorkDirectory)), Deadline);
        Directory.Exists(next.Specification.WorkDirectory).ShouldBeTrue();
    }

    /// <summary>Whatever went wrong with the list, for example because tiles were lost while it was read: no store may lack cells without saying so.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0, 0)]
    [InlineData(0, 1, 1)]
    public async Task List_that_does_not_name_every_planned_tile_once_becomes_no_store(params int[] tiles)
    {
        MergeRun command = _command with { Plan = new PlanMessage(Specimens.Grid(), [0b11]) };
        TestProbe run = CreateTestProbe();
        IActorRef merger = Merger(run);

        merger.Tell(command, run);
        await run.FishForMessageAsync(m => m is GetSettledTiles, Deadline);
        merger.Tell(new SettledTiles(command.RunId, 0, [.. tiles.Select(Specimens.Failed)], Complete: true), run);

        var failed = (MergeFailed)await run.FishForMessageAsync(m => m is MergeFailed, Deadline);
        failed.Failure.Why.ShouldContain("The list of settled tiles");
        failed.Failure.IsExpected.ShouldBeFalse("it is tried again");
        merger.Tell(command, run);
        ((GetSettledTiles)await run.FishForMessageAsync(m => m is GetSettledTiles, Deadline)).From.ShouldBe(0);
        merger.Tell(new SettledTiles(command.RunId, 0, [Specimens.Failed(1), Specimens.Failed(0)], Complete: true), run);
        await run.FishForMessageAsync(m => m is RequestPublication, Deadline);
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
    private async Task<(TestProbe Run, IActorRef Merger, string Token)> SealedAsync()
    {
        TestProbe run = CreateTestProbe();
        IActorRef merger = Merger(run);
        merger.Tell(_command, run);
        await run.FishForMessageAsync(m => m is GetSettledTiles, Deadline);
        merger.Tell(new SettledTiles(_command.RunId, 0, [], Complete: true), run);
        var request = (RequestPublication)await run.FishForMessageAsync(m => m is RequestPublication, Deadline);
        return (run, merger, request.Token);
    }

    private IActorRef Merger(TestProbe run) => run.ChildActorOf(Props.Create(
        () => new SlideMergerActor(run, ActorRefs.Nobody, new MergeOptions(), _slots, null, TimeProvider.System)));
}
