using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Persistence;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.ClusterTests.Runs;

/// <content>Runs that are started again while they are being forgotten.</content>
public sealed partial class SlideRunActorTests
{
    /// <summary>
    /// What comes before the run has recovered is handled in one go, ahead of the database's answers. So the start comes after the deletion of
    /// the events was asked for, and also after that of the snapshots when the first answer is told beforehand.
    /// </summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Run_that_is_started_again_while_it_is_being_forgotten_can_be_recovered(bool snapshotsAreGoing, bool dies)
    {
        IActorRef run = await RunningAsync();
        run.Tell(Done(1), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        await RestAsync(run, submission: 1);
        await KillAsync(run);
        Count("snapshot", "sequence_number = 4").ShouldBe(1);

        run = Create(1000);
        run.Tell(new ForgetRun(RunId), TestActor);
        if (snapshotsAreGoing)
        {
            run.Tell(new DeleteMessagesSuccess(4));
        }

        run.Tell(new StartRun(Specimens.Specification(RunId), 2, Fresh: false));
        run.Tell(new SurveyCompleted(RunId, Specimens.Slide(), Specimens.Plan()), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        run.Tell(Done(2), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        if (snapshotsAreGoing)
        {
            await AwaitConditionAsync(() => Task.FromResult(Count("snapshot") == 0), Deadline);
        }

        if (!dies)
        {
            await RestAsync(run, submission: 2);
            await AwaitConditionAsync(() => Task.FromResult(Count("snapshot", "sequence_number > 4") == 1), Deadline);
        }

        await KillAsync(run);
        run = Create(1000);
        run.Tell(new GetSettledTiles(RunId, 0), TestActor);
        (await ExpectMsgAsync<SettledTiles>(Deadline)).Tiles.ShouldHaveSingleItem().Tile.ShouldBe(2);
        run.Tell(new StartRun(Specimens.Specification(RunId), 3, Fresh: false));
        run.Tell(Done(3), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        run.Tell(new GetSettledTiles(RunId, 0), TestActor);
        (await ExpectMsgAsync<SettledTiles>(Deadline)).Tiles.Select(tile => tile.Tile).ShouldBe([2, 3]);
    }

    private async Task RestAsync(IActorRef run, int submission)
    {
        run.Tell(new CancelRun(RunId, submission));
        await _coordinator.FishForMessageAsync(m => m is RunFinished { Cancelled: true } finished && finished.Submission == submission, Deadline);
        run.Tell(new RunFinishedAcknowledged(RunId));
        await _shard.FishForMessageAsync(m => m is Passivate, Deadline);
    }
}
