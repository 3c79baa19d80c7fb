using Akka.Actor;
using Akka.TestKit;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.ClusterTests.Runs;

/// <content>What is told again, late, or of an earlier submission.</content>
public sealed partial class SlideRunActorTests
{
    [Fact]
    public async Task Words_about_the_store_of_an_earlier_submission_change_nothing()
    {
        IActorRef run = await RunningAsync();
        await SettleAllAsync(run);
        ((MergeRun)await _mergers.FishForMessageAsync(m => m is MergeRun, Deadline)).Submission.ShouldBe(1);
        run.Tell(new StartRun(Specimens.Specification(RunId), 2, Fresh: false));
        await _mergers.FishForMessageAsync(m => m is MergeRun { Submission: 2 }, Deadline);

        run.Tell(new MergeFinished(RunId, Published()) { Submission = 1 }, TestActor);
        run.Tell(new MergeFailed(RunId, Specimens.Failure("STO-005"), []) { Submission = 1 }, TestActor);
        run.Tell(new RequestPublication(RunId, "late") { Submission = 1 }, TestActor);

        (await ExpectMsgAsync<PublicationAnswered>(Deadline)).Granted.ShouldBeFalse();
        run.Tell(new RequestPublication(RunId, "t") { Submission = 2 }, TestActor);
        (await ExpectMsgAsync<PublicationAnswered>(Deadline)).Granted.ShouldBeTrue();
        run.Tell(new MergeFinished(RunId, Published() with { Cells = 61 }) { Submission = 2 }, TestActor);
        (await ExpectMsgAsync<MergeAcknowledged>(Deadline)).Submission.ShouldBe(2);
        var finished = (RunFinished)await _coordinator.FishForMessageAsync(m => m is RunFinished, Deadline);
        finished.Publication.ShouldNotBeNull().Cells.ShouldBe(61);
    }

    /// <summary>The acknowledgement can be lost with a connection, and the merger would hold its folder for ever.</summary>
    [Fact]
    public async Task Publication_is_acknowledged_until_the_run_rests()
    {
        IActorRef run = await RunningAsync();
        await SettleAllAsync(run);
        run.Tell(new MergeFinished(RunId, Published()) { Submission = 1 }, ActorRefs.Nobody);

        for (int i = 0; i < 3; i++)
        {
            ((MergeAcknowledged)await _mergers.FishForMessageAsync(m => m is MergeAcknowledged, Deadline)).Submission.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Cancelled_run_keeps_its_results_though_a_merger_was_faster()
    {
        IActorRef run = await RunningAsync();
        await SettleAllAsync(run);
        run.Tell(new CancelRun(RunId, 1));
        await _mergers.FishForMessageAsync(m => m is AbandonMerge, Deadline);

        run.Tell(new MergeFinished(RunId, Published()) { Submission = 1 }, TestActor);
        run.Tell(new GetSettledTiles(RunId, 0), TestActor);

        await ExpectMsgAsync<SettledTiles>(Deadline);
    }

    [Fact]
    public async Task Failure_that_is_told_again_counts_once()
    {
        IActorRef run = await RunningAsync();
        foreach (long attempt in (long[])[1, 1, 1, 1, 2])
        {
            run.Tell(new TileFailed(RunId, "w", 3, Specimens.Failure("SLD-006")) { Attempt = attempt }, TestActor);
            await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        }

        run.Tell(new GetSettledTiles(RunId, 0), TestActor);
        (await ExpectMsgAsync<SettledTiles>(Deadline)).Tiles.ShouldBeEmpty();

        run.Tell(new TileFailed(RunId, "w", 3, Specimens.Failure("SLD-006")) { Attempt = 3 }, TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        run.Tell(new GetSettledTiles(RunId, 0), TestActor);
        (await ExpectMsgAsync<SettledTiles>(Deadline)).Tiles.ShouldHaveSingleItem().Failure.ShouldNotBeNull();
    }

    [Fact]
    public async Task Result_that_the_merger_can_never_read_ends_the_run_with_a_reason()
    {
        IActorRef run = await RunningAsync();
        await SettleAllAsync(run);
        for (int loss = 1; loss <= 3; loss++)
        {
            run.Tell(new MergeFailed(RunId, Specimens.Failure("STO-004"), [4]) { Submission = 1 }, TestActor);
            run.Tell(Done(4), TestActor);
            await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        }

        var finished = (RunFinished)await _coordinator.FishForMessageAsync(m => m is RunFinished, Deadline);
        finished.Failure.ShouldNotBeNull().Why.ShouldContain("could not read it each time");
    }

    /// <summary>Reports that came while an earlier one was written must not be journaled behind the new submission, which knows no plan yet.</summary>
    [Fact]
    public async Task Reports_that_wait_for_the_journal_are_not_taken_over_into_a_fresh_submission()
    {
        IActorRef run = await RunningAsync();
        TestProbe worker = CreateTestProbe();
        for (int tile = 0; tile < Tiles - 1; tile++)
        {
            run.Tell(Done(tile), worker);
        }

        run.Tell(new StartRun(Specimens.Specification(RunId), 2, Fresh: true));
        await _dispatcher.FishForMessageAsync(m => m is OfferWork { Grid: null }, Deadline);
        run.Tell(new SurveyCompleted(RunId, Specimens.Slide(), Specimens.Plan()), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        await KillAsync(run);

        run = Create(1000);
        run.Tell(new GetSettledTiles(RunId, 0), TestActor);
        (await ExpectMsgAsync<SettledTiles>(Deadline)).Tiles.ShouldBeEmpty();
    }

    private async Task SettleAllAsync(IActorRef run)
    {
        for (int tile = 0; tile < Tiles; tile++)
        {
            run.Tell(Done(tile), TestActor);
            await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        }
    }
}
