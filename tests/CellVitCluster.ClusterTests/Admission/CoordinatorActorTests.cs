using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.ClusterTests.Hosting;
using CellVitCluster.TestSupport;
using Microsoft.Data.Sqlite;

namespace CellVitCluster.ClusterTests.Admission;

/// <summary>The coordinator with a real journal on SQLite; runs and users are the test.</summary>
public sealed class CoordinatorActorTests : TestKit
{
    private static readonly string First = new('1', 32);
    private static readonly string Second = new('2', 32);
    private static readonly string Third = new('3', 32);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder;
    private readonly TestProbe _runs;
    private readonly AdvancedTime _time = new();

    public CoordinatorActorTests()
        : this(new TemporaryFolder())
    {
    }

    private CoordinatorActorTests(TemporaryFolder folder)
        : base(ConfigurationFactory.ParseString("akka { actor.provider = cluster, remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 } }")
            .WithFallback(SqliteJournal.Configuration(folder.File("journal.db"))))
    {
        _folder = folder;
        _runs = CreateTestProbe();
    }

    /// <summary>What users and runs tell; the coordinator is killed after each of the messages, which is then sent again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Coordinator_killed_between_any_two_messages_knows_the_same(int snapshotEvery)
    {
        (object Message, Type Answer)[] script =
        [
            (new SubmitRun(Specimens.Specification(First, _folder.Path), Fresh: false), typeof(RunAdmitted)),
            (new SubmitRun(Specimens.Specification(Second, _folder.Path), Fresh: false) { Submitter = "lab" }, typeof(RunAdmitted)),
            (new PrioritizeWork(new WorkTarget(First, null, null), (int)RunPriority.Stat), typeof(WorkChanged)),
            (Specimens.Batch(slides: 3, outputDirectory: _folder.Path), typeof(BatchAccepted)),
            (new AddSlides("b", 0, [Missing("one"), Missing("two")]), typeof(BatchAccepted)),
            (new CancelWork(new WorkTarget(Second, null, null)), typeof(WorkChanged)),
            (new AddSlides("b", 2, [Missing("three")]), typeof(BatchAccepted)),
            (new RunFinished(Second, 1, null, null) { Cancelled = true }, typeof(RunFinishedAcknowledged)),
            (new RunFinished(First, 1, new Publication("/out/slide", new string('b', 64), 60, [], 3456, 0, 0.5, 0.25), null), typeof(RunFinishedAcknowledged)),
        ];
        IActorRef coordinator = Create(snapshotEvery);
        foreach ((object message, Type answer) in script)
        {
            coordinator.Tell(message, TestActor);
            await FishForMessageAsync(m => m.GetType() == answer, Deadline, message.GetType().Name);
            await KillAsync(coordinator);
            coordinator = Create(snapshotEvery);
            coordinator.Tell(message, TestActor);
            await FishForMessageAsync(m => m.GetType() == answer, Deadline, message.GetType().Name);
        }

        coordinator.Tell(new GetRunStatuses([First, Second]), TestActor);
        var statuses = (RunStatuses)await FishForMessageAsync(m => m is RunStatuses, Deadline);
        statuses.Runs.Select(run => (run.Phase, run.Priority, run.Submitter)).ShouldBe(
            [(RunPhase.Published, (int)RunPriority.Stat, null), (RunPhase.Cancelled, 0, "lab")]);
        statuses.Runs[0].Publication!.Cells.ShouldBe(60);

        Batches batches;
        do
        {
            coordinator.Tell(new GetBatch("b"), TestActor);
            batches = (Batches)await FishForMessageAsync(m => m is Batches, Deadline);
        }
        while (batches.Items[0].Quarantined < 3);

        batches.Items[0].ShouldSatisfyAllConditions(b => b.Slides.ShouldBe(3), b => b.Complete.ShouldBeTrue(), b => (b.Waiting + b.Active).ShouldBe(0));
        await _runs.FishForMessageAsync(m => m is CancelRun { RunId: var cancelled } && cancelled == Second, Deadline);
    }

    [Fact]
    public async Task Coordinator_that_was_replaced_without_knowing_it_acknowledges_nothing()
    {
        IActorRef replaced = Create(snapshotEvery: 2);
        await AskAsync<RunAdmitted>(replaced, new SubmitRun(Specimens.Specification(First, _folder.Path), Fresh: false));
        IActorRef successor = Create(snapshotEvery: 2);
        await PrioritizeAsync(successor, times: 6);
        await WaitForAsync("SELECT count(*) FROM snapshot WHERE sequence_number >= 6");

        await WatchAsync(replaced);
        replaced.Tell(new SubmitRun(Specimens.Specification(Second, _folder.Path), Fresh: false), TestActor);

        object end = await FishForMessageAsync(m => m is Terminated or RunAdmitted, Deadline);
        end.ShouldBeOfType<Terminated>();
        (await AskAsync<RunStatuses>(successor, new GetRunStatuses([First, Second]))).Runs.ShouldHaveSingleItem().RunId.ShouldBe(First);
    }

    [Fact]
    public async Task Events_that_a_stored_state_makes_needless_are_deleted_when_their_time_is_over()
    {
        IActorRef coordinator = Create(snapshotEvery: 2, TimeSpan.Zero);
        await AskAsync<RunAdmitted>(coordinator, new SubmitRun(Specimens.Specification(First, _folder.Path), Fresh: false));

        await PrioritizeAsync(coordinator, times: 6);

        await WaitForAsync("SELECT min(sequence_number) >= 6 FROM journal WHERE persistence_id = 'coordinator'");
    }

    [Fact]
    public async Task Run_that_is_submitted_again_while_old_ones_are_being_forgotten_is_remembered()
    {
        RunSpecification first = Specimens.Specification(First, _folder.Path);
        IActorRef coordinator = Create(snapshotEvery: 1000);
        foreach (string runId in new[] { First, Second })
        {
            await AskAsync<RunAdmitted>(coordinator, new SubmitRun(Specimens.Specification(runId, _folder.Path), Fresh: false));
            await AskAsync<RunFinishedAcknowledged>(coordinator, new RunFinished(runId, 1, null, Specimens.Failure()));
        }

        _time.Advance(TimeSpan.FromDays(31));
        await _runs.FishForMessageAsync(m => m is ForgetRun forgotten && forgotten.RunId == First, Deadline);

        await AskAsync<RunAdmitted>(coordinator, new SubmitRun(first, Fresh: false));
        await _runs.FishForMessageAsync(m => m is StartRun { Submission: 2 }, Deadline);
        Directory.CreateDirectory(first.WorkDirectory);
        string tile = Path.Combine(first.WorkDirectory, "tile");
        await File.WriteAllTextAsync(tile, "result");
        await AskAsync<RunFinishedAcknowledged>(coordinator, new RunFinished(First, 2, null, Specimens.Failure()));
        coordinator.Tell(new RunForgotten(First));
        await AskAsync<RunAdmitted>(coordinator, new SubmitRun(Specimens.Specification(Third, _folder.Path), Fresh: false));

        // Who is being forgotten is told so with every tick: two ticks begin after the run has ended again.
        bool told = false;
        await FishAsync(m => m is StartRun third && third.RunId == Third);
        await FishAsync(m => m is ForgetRun forgotten && forgotten.RunId == Second);
        await FishAsync(m => m is ForgetRun forgotten && forgotten.RunId == Second);
        told.ShouldBeFalse("nobody may delete the journal of a run that was submitted again");

        coordinator.Tell(new RunForgotten(Second));
        RunStatuses statuses;
        do
        {
            statuses = await AskAsync<RunStatuses>(coordinator, new GetRunStatuses([First, Second, Third]));
        }
        while (statuses.Runs.Any(run => run.RunId == Second));

        statuses.Runs.Select(run => (run.RunId, run.Phase)).ShouldBe([(First, RunPhase.Quarantined), (Third, RunPhase.Waiting)]);
        File.Exists(tile).ShouldBeTrue("a retry goes on from it");

        async Task FishAsync(Predicate<object> wanted) => await _runs.FishForMessageAsync(
            m =>
            {
                told |= m is ForgetRun forgotten && forgotten.RunId == First;
                return wanted(m);
            },
            Deadline);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private BatchSlide Missing(string name) => new(_folder.File($"{name}.svs"), name, null, null);

    private async Task<TReply> AskAsync<TReply>(IActorRef coordinator, object message)
    {
        coordinator.Tell(message, TestActor);
        return (TReply)await FishForMessageAsync(m => m is TReply, Deadline);
    }

    private async Task PrioritizeAsync(IActorRef coordinator, int times)
    {
        for (int time = 0; time < times; time++)
        {
            RunPriority priority = time % 2 == 0 ? RunPriority.Stat : RunPriority.Routine;
            await AskAsync<WorkChanged>(coordinator, new PrioritizeWork(new WorkTarget(First, null, null), (int)priority));
        }
    }

    private async Task WaitForAsync(string query)
    {
        await using var connection = new SqliteConnection($"Data Source={_folder.File("journal.db")}");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        await AwaitConditionAsync(async () => await command.ExecuteScalarAsync() is > 0L, Deadline);
    }

    private IActorRef Create(int snapshotEvery, TimeSpan? keepEvents = null) => Sys.ActorOf(Props.Create(() => new CoordinatorActor(
        _runs,
        ActorRefs.Nobody,
        new AdmissionOptions
        {
            SnapshotEvery = snapshotEvery,
            KeepEvents = keepEvents ?? TimeSpan.FromMinutes(30),
            Tick = TimeSpan.FromMilliseconds(50),
            MinFreeBytes = 0,
        },
        _time)));

    private async Task KillAsync(IActorRef coordinator)
    {
        await WatchAsync(coordinator);
        Sys.Stop(coordinator);
        await FishForMessageAsync(m => m is Terminated, Deadline);
    }

    private sealed class AdvancedTime : TimeProvider
    {
        private long _ticks;

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));
    }
}
