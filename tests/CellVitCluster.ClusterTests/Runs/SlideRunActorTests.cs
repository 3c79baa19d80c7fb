using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.ClusterTests.Hosting;
using CellVitCluster.TestSupport;
using Microsoft.Data.Sqlite;

namespace CellVitCluster.ClusterTests.Runs;

/// <summary>A run with a real journal on SQLite; those it talks to are the test.</summary>
public sealed partial class SlideRunActorTests : TestKit
{
    private const string RunId = "0123456789abcdef0123456789abcdef";
    private const int Tiles = 6;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _journal;
    private readonly TemporaryFolder _folder;
    private readonly TestProbe _coordinator;
    private readonly TestProbe _dispatcher;
    private readonly TestProbe _mergers;
    private readonly TestProbe _shard;
    private Func<int, bool>? _isNodeAlive;

    public SlideRunActorTests()
        : this(new TemporaryFolder())
    {
    }

    private SlideRunActorTests(TemporaryFolder folder)
        : base(SqliteJournal.Configuration(folder.File("journal.db")))
    {
        _folder = folder;
        _journal = new SqliteConnectionStringBuilder { DataSource = folder.File("journal.db") }.ToString();
        _coordinator = CreateTestProbe();
        _dispatcher = CreateTestProbe();
        _mergers = CreateTestProbe();
        _shard = CreateTestProbe();
    }

    /// <summary>The messages of a whole run; the entity is killed after each of them in turn, and what was not answered is sent again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Run_killed_between_any_two_messages_ends_the_same(int snapshotEvery)
    {
        (object Message, Type Answer)[] script =
        [
            (new StartRun(Specimens.Specification(RunId), 1, Fresh: false), typeof(OfferWork)),
            (new SurveyCompleted(RunId, Specimens.Slide(), Specimens.Plan()), typeof(WorkAcknowledged)),
            .. Enumerable.Range(0, Tiles).Select(tile => ((object)Done(tile), typeof(WorkAcknowledged))),
            (new RequestPublication(RunId, "t"), typeof(PublicationAnswered)),
            (new MergeFinished(RunId, Published()), typeof(MergeAcknowledged)),
        ];
        IActorRef run = Create(snapshotEvery);
        var settled = new HashSet<int>();
        foreach ((object message, Type answer) in script)
        {
            TestProbe sender = CreateTestProbe();
            run.Tell(message, sender);
            TestProbe expected = answer == typeof(OfferWork) ? _dispatcher : sender;
            await expected.FishForMessageAsync(m => m.GetType() == answer, Deadline);
            if (message is TileAnalyzed analyzed)
            {
                settled.Add(analyzed.Outcome.Tile);
            }

            await KillAsync(run);
            run = Create(snapshotEvery);
            run.Tell(message, sender);
            if (answer != typeof(OfferWork))
            {
                await sender.FishForMessageAsync(m => m.GetType() == answer, Deadline);
            }

            if (settled.Count is > 0 and < Tiles)
            {
                run.Tell(new StartRun(Specimens.Specification(RunId), 1, Fresh: false));
                var offer = (OfferWork)await _dispatcher.FishForMessageAsync(m => m is OfferWork { Grid: not null } o && Pending(o).Count() == Tiles - settled.Count, Deadline);
                Pending(offer).ShouldBe(Enumerable.Range(0, Tiles).Except(settled));
            }
        }

        run.Tell(new StartRun(Specimens.Specification(RunId), 1, Fresh: false));
        var finished = (RunFinished)await _coordinator.FishForMessageAsync(m => m is RunFinished, Deadline);
        finished.Publication.ShouldNotBeNull().Cells.ShouldBe(60);

        run.Tell(new RunFinishedAcknowledged(RunId));
        await _shard.ExpectMsgAsync<Passivate>(Deadline);
        Count("snapshot").ShouldBe(1);
        Count("journal", "deleted = 0").ShouldBe(0, "the snapshot holds everything");

        run = Create(snapshotEvery);
        run.Tell(new ForgetRun(RunId), TestActor);
        await ExpectMsgAsync<RunForgotten>(Deadline);
        Count("snapshot").ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_acknowledged_while_the_database_is_away_and_everything_goes_on_when_it_is_back()
    {
        IActorRef run = await RunningAsync();
        Execute("ALTER TABLE journal RENAME TO away");
        await WatchAsync(run);
        run.Tell(Done(1), TestActor);
        await ExpectTerminatedAsync(run, Deadline);
        await _coordinator.FishForMessageAsync(m => m is RunStalled, Deadline);
        await ExpectNoMsgAsync(TimeSpan.Zero);

        Execute("ALTER TABLE away RENAME TO journal");
        run = Create(1000);
        run.Tell(Done(1), TestActor);
        (await ExpectMsgAsync<WorkAcknowledged>(Deadline)).Tile.ShouldBe(1);
    }

    [Fact]
    public async Task Report_of_an_earlier_submission_settles_nothing()
    {
        IActorRef run = await RunningAsync();

        run.Tell(Done(1) with { WorkDirectory = "/elsewhere" }, TestActor);
        (await ExpectMsgAsync<WorkAcknowledged>(Deadline)).ShouldSatisfyAllConditions(ack => ack.Tile.ShouldBe(1), ack => ack.Unwanted.ShouldBeTrue());

        run.Tell(Done(1) with { WorkDirectory = Specimens.Specification(RunId).WorkDirectory }, TestActor);
        (await ExpectMsgAsync<WorkAcknowledged>(Deadline)).Unwanted.ShouldBeFalse();
        run.Tell(new GetSettledTiles(RunId, 0), TestActor);
        (await ExpectMsgAsync<SettledTiles>(Deadline)).Tiles.ShouldHaveSingleItem().Tile.ShouldBe(1);
    }

    [Fact]
    public async Task Published_run_takes_back_what_nobody_has_begun()
    {
        IActorRef run = await RunningAsync();
        foreach (int tile in Enumerable.Range(0, Tiles))
        {
            run.Tell(Done(tile), TestActor);
            await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        }

        await _dispatcher.FishForMessageAsync(m => m is WithdrawOffer { Revoke: true, Published: false }, Deadline);
        run.Tell(new MergeFinished(RunId, Published()), TestActor);

        await _dispatcher.FishForMessageAsync(m => m is WithdrawOffer { Revoke: false, Published: true }, Deadline);
    }

    [Fact]
    public async Task Full_disk_is_waited_for_and_costs_no_attempt()
    {
        IActorRef run = await RunningAsync(new SlideRunOptions { StallPause = TimeSpan.FromMilliseconds(1), Tick = TimeSpan.FromMilliseconds(20) });
        for (int i = 0; i < 5; i++)
        {
            run.Tell(new TileFailed(RunId, "w", 1, Specimens.Failure("STO-003")), TestActor);
            await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        }

        await _coordinator.FishForMessageAsync(m => m is RunProgress { Stall.Code: "STO-003" }, Deadline);
        await _dispatcher.FishForMessageAsync(m => m is WithdrawOffer, Deadline);
        await _dispatcher.FishForMessageAsync(m => m is OfferWork, Deadline);

        run.Tell(Done(1), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        await _coordinator.FishForMessageAsync(m => m is RunProgress { Stall: null, TilesDone: 1, TilesFailed: 0 }, Deadline);
    }

    [Fact]
    public async Task Tile_that_takes_three_workers_down_is_given_up_with_their_names()
    {
        IActorRef run = await RunningAsync();
        run.Tell(new WorkerLost(RunId, "a", [1, 2]));
        run.Tell(new WorkerLost(RunId, "b", [1]) { Alone = true });
        run.Tell(new WorkerLost(RunId, "b", [1]) { Alone = true });
        var offer = (OfferWork)await _dispatcher.FishForMessageAsync(m => m is OfferWork { Suspects: not null } o && o.Suspects.Any(s => s.Alone), Deadline);
        offer.Suspects!.ShouldContain(s => s.Tile == 1 && s.Alone && s.FailedOn.Count == 2);

        run.Tell(new WorkerLost(RunId, "c", [1]) { Alone = true });
        run.Tell(new WorkerLost(RunId, "d", [1]) { Alone = true });
        await _coordinator.FishForMessageAsync(m => m is RunProgress { TilesFailed: 1 }, Deadline);
        run.Tell(new GetSettledTiles(RunId, 0), TestActor);
        (await ExpectMsgAsync<SettledTiles>(Deadline)).Tiles.ShouldHaveSingleItem().Failure!.Why
            .ShouldBe("It took 3 workers down that had begun nothing else: b, c, d.");
    }

    [Fact]
    public async Task Survey_that_takes_three_workers_down_quarantines_the_slide()
    {
        IActorRef run = Create(1000);
        run.Tell(new StartRun(Specimens.Specification(RunId), 1, Fresh: false));
        foreach (string worker in new[] { "a", "b", "c" })
        {
            run.Tell(new WorkerLost(RunId, worker, [WorkGrant.Survey]) { Alone = true });
        }

        ((RunFinished)await _coordinator.FishForMessageAsync(m => m is RunFinished, Deadline)).Failure!.Why.ShouldContain("a, b, c");
        await _dispatcher.FishForMessageAsync(m => m is WithdrawOffer { Revoke: true }, Deadline);
    }

    /// <summary>A process with every role, which dies with its books time and again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deaths_that_nobody_was_left_to_tell_of_are_learned_before_anything_is_offered(bool atSurvey)
    {
        _isNodeAlive = node => node == 1;
        int deadly = atSurvey ? WorkGrant.Survey : 1;
        RunSpecification specification = Specimens.Specification(RunId, _folder.Path);
        IActorRef run = Create(1000);
        run.Tell(new StartRun(specification, 1, Fresh: false));
        if (!atSurvey)
        {
            run.Tell(new SurveyCompleted(RunId, Specimens.Slide(), Specimens.Plan()), TestActor);
            await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        }

        await _dispatcher.FishForMessageAsync(m => m is OfferWork { Suspects: null }, Deadline);
        using var living = new BegunRecord("living", 1);
        await living.BeginAsync(specification, 2);
        foreach (string dead in new[] { "a", "b", "c" })
        {
            await KillAsync(run);
            while (_dispatcher.HasMessages)
            {
                await _dispatcher.ReceiveOneAsync(Deadline);
            }

            await new BegunRecord(dead, dead[0]).BeginAsync(specification, deadly);
            run = Create(1000);
            run.Tell(new StartRun(specification, 1, Fresh: false));
            if (dead != "c")
            {
                var offer = (OfferWork)await _dispatcher.FishForMessageAsync(m => m is OfferWork, Deadline);
                offer.Suspects.ShouldNotBeNull().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                    suspect => suspect.Tile.ShouldBe(deadly), suspect => suspect.Alone.ShouldBe(dead == "b"));
            }
        }

        if (atSurvey)
        {
            ((RunFinished)await _coordinator.FishForMessageAsync(m => m is RunFinished, Deadline)).Failure!.Why.ShouldContain("a, b, c");
            return;
        }

        await _coordinator.FishForMessageAsync(m => m is RunProgress { TilesFailed: 1 }, Deadline);
        run.Tell(new GetSettledTiles(RunId, 0), TestActor);
        TileOutcome failed = (await ExpectMsgAsync<SettledTiles>(Deadline)).Tiles.ShouldHaveSingleItem();
        (failed.Tile, failed.Failure!.Why).ShouldBe((deadly, "It took 3 workers down that had begun nothing else: a, b, c."));
    }

    [Fact]
    public async Task Slide_whose_tiles_take_worker_after_worker_down_is_given_up_whole()
    {
        IActorRef run = await RunningAsync();
        for (int i = 0; i < 12; i++)
        {
            run.Tell(new WorkerLost(RunId, $"w{i}", [i % 6]) { Alone = true });
        }

        ((RunFinished)await _coordinator.FishForMessageAsync(m => m is RunFinished, Deadline)).Failure!.Why.ShouldContain("12 workers down");
        await _dispatcher.FishForMessageAsync(m => m is WithdrawOffer { Revoke: true }, Deadline);
    }

    [Fact]
    public async Task Run_that_nobody_can_serve_waits_with_the_reason()
    {
        IActorRef run = await RunningAsync();
        run.Tell(new OfferUnservable(RunId, Specimens.Failure("MDL-002")));

        await _coordinator.FishForMessageAsync(m => m is RunProgress { Phase: RunPhase.Running, Stall.Code: "MDL-002" }, Deadline);
    }

    [Fact]
    public async Task Run_whose_journal_holds_an_unknown_fact_says_so_and_does_nothing_without_it()
    {
        IActorRef run = await RunningAsync();
        run.Tell(Done(1), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        await KillAsync(run);
        Execute("UPDATE journal SET manifest = 'e99' WHERE sequence_number = 2");
        while (_dispatcher.HasMessages)
        {
            await _dispatcher.ReceiveOneAsync(Deadline);
        }

        run = Create(1000);

        var stalled = (RunStalled)await _coordinator.FishForMessageAsync(m => m is RunStalled, Deadline);
        stalled.Failure.Code.ShouldBe("STO-008");
        stalled.Failure.Why.ShouldContain("'e99'");
        await WatchAsync(run);
        await ExpectTerminatedAsync(run, Deadline);
        _dispatcher.HasMessages.ShouldBeFalse("no tile is offered");
    }

    [Fact]
    public async Task Cancelled_run_takes_everything_back_and_keeps_what_is_in_its_books()
    {
        IActorRef run = await RunningAsync();
        run.Tell(Done(1), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);

        run.Tell(new CancelRun(RunId, 1));
        ((RunFinished)await _coordinator.FishForMessageAsync(m => m is RunFinished, Deadline)).Cancelled.ShouldBeTrue();
        await _dispatcher.FishForMessageAsync(m => m is WithdrawOffer { Revoke: true }, Deadline);
        await _mergers.FishForMessageAsync(m => m is AbandonMerge, Deadline);

        run.Tell(Done(1), TestActor);
        (await ExpectMsgAsync<WorkAcknowledged>(Deadline)).Unwanted.ShouldBeFalse();
        run.Tell(Done(2), TestActor);
        (await ExpectMsgAsync<WorkAcknowledged>(Deadline)).Unwanted.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_that_was_never_begun_is_cancelled_without_a_trace()
    {
        IActorRef run = Create(1000);
        run.Tell(new CancelRun(RunId, 1));

        (await _coordinator.ExpectMsgAsync<RunFinished>(Deadline)).Cancelled.ShouldBeTrue();
        run.Tell(new RunFinishedAcknowledged(RunId));
        await _shard.ExpectMsgAsync<Passivate>(Deadline);
        Count("journal").ShouldBe(0);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private static IEnumerable<int> Pending(OfferWork offer) =>
        Enumerable.Range(0, offer.Pending.Length * 8).Where(tile => (offer.Pending[tile >> 3] & (1 << (tile & 7))) != 0);

    private static TileAnalyzed Done(int tile) => new(RunId, "w", Specimens.Done(tile, new string('d', 64)));

    private static Publication Published() => new("/out/slide", new string('b', 64), 60, [], 3456, 0, 0.5, 0.25);

    private IActorRef Create(int snapshotEvery) => Create(new SlideRunOptions { SnapshotEvery = snapshotEvery, Tick = TimeSpan.FromMilliseconds(50) });

    private IActorRef Create(SlideRunOptions options) => _shard.ChildActorOf(Props.Create(
        () => new SlideRunActor(RunId, _coordinator, _dispatcher, _mergers, ActorRefs.Nobody, options, TimeProvider.System, _isNodeAlive)));

    private Task<IActorRef> RunningAsync() => RunningAsync(new SlideRunOptions { Tick = TimeSpan.FromMilliseconds(50) });

    private async Task<IActorRef> RunningAsync(SlideRunOptions options)
    {
        IActorRef run = Create(options);
        run.Tell(new StartRun(Specimens.Specification(RunId), 1, Fresh: false));
        run.Tell(new SurveyCompleted(RunId, Specimens.Slide(), Specimens.Plan()), TestActor);
        await ExpectMsgAsync<WorkAcknowledged>(Deadline);
        return run;
    }

    private async Task KillAsync(IActorRef run)
    {
        await WatchAsync(run);
        Sys.Stop(run);
        await ExpectTerminatedAsync(run, Deadline);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(_journal);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Only this test's own words.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private long Count(string table, string condition = "1 = 1")
    {
        using var connection = new SqliteConnection(_journal);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Only this test's own words.
        command.CommandText = $"SELECT COUNT(*) FROM {table} WHERE {condition}";
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
