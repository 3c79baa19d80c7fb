using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Workers;

public sealed partial class WorkerActorTests : TestKit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly WorkerOptions Options = new() { RequestInterval = TimeSpan.FromMilliseconds(1), FirstRepeat = TimeSpan.FromMilliseconds(100) };

    private readonly TemporaryFolder _folder = new();
    private readonly TestProbe _dispatcher;
    private readonly TestProbe _runs;
    private readonly RunSpecification _run;

    public WorkerActorTests()
    {
        _dispatcher = CreateTestProbe("dispatcher");
        _runs = CreateTestProbe("runs");
        _run = Specimens.Specification(folder: _folder.Path);
    }

    [Fact]
    public async Task Worker_says_who_it_is_and_asks_for_what_keeps_it_busy()
    {
        await using var analyzer = new GatedAnalyzer();
        Start(analyzer);

        RequestWork request = Asked(_ => true);

        (request.WorkerId, request.Credit, request.Profile, request.ModelDigest, request.Fence).ShouldBe(
            ("w", 2 + Options.MinPrefetch, "test/gated", analyzer.ModelDigest, 0L));
        request.Held.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_more_is_begun_than_the_analyzer_can_use_and_the_rest_waits()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);

        worker.Tell(Grant(0, 1, 2, 3));

        HeldWork held = Asked(r => r.Held.Count == 1).Held[0];
        held.Tiles.Order().ToArray().ShouldBe([0, 1, 2, 3]);
        held.Begun!.Order().ToArray().ShouldBe([0, 1]);
        analyzer.Finish(0);
        Asked(r => r.Held[0].Begun!.Order().SequenceEqual([1, 2])).Held[0].Tiles.ShouldContain(0, "it is not acknowledged");
    }

    [Fact]
    public async Task Grants_of_a_higher_class_are_begun_before_what_waits()
    {
        await using var analyzer = new GatedAnalyzer { Capacity = 1 };
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1));
        worker.Tell(Grant(2, 3) with { Priority = 1 });
        foreach (int tile in Enumerable.Range(0, 4))
        {
            analyzer.Finish(tile);
        }

        ReceiveReports(4);

        analyzer.Begun.ShouldBe([0, 2, 3, 1]);
    }

    [Fact]
    public async Task Survey_does_not_wait_for_the_stock_in_front_of_it()
    {
        await using var analyzer = new GatedAnalyzer { Capacity = 1 };
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1));
        await AwaitAssertAsync(() => analyzer.Begun.Count.ShouldBe(1), Deadline);

        worker.Tell(new WorkGrant(_run with { RunId = new string('f', 32), SlidePath = _folder.File("none.svs") }, null, [WorkGrant.Survey]));

        _runs.ExpectMsg<SurveyFailed>(Deadline).Failure.Code.ShouldBe("SLD-001");
        analyzer.Begun.ShouldBe([0]);
        RequestWork request = Asked(r => r.Held.Count == 2);
        request.Held.Single(h => h.RunId == _run.RunId).Begun!.ShouldBe([0], "the device has what it had");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Revoked_work_is_let_go_at_once_whether_the_device_can_be_interrupted_or_not(bool stubborn)
    {
        await using var analyzer = new GatedAnalyzer { Stubborn = stubborn };
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1, 2, 3));
        await AwaitAssertAsync(() => analyzer.Begun.Count.ShouldBe(2), Deadline);

        worker.Tell(new RevokeWork(_run.RunId));

        Asked(r => r.Held.Count == 0 && r.Credit == 2 + Options.MinPrefetch);
        await AwaitAssertAsync(() => analyzer.CalledOff.ToArray().Order().ToArray().ShouldBe([0, 1]), Deadline);
        worker.Tell(Grant(4, 5));
        analyzer.Finish(4);
        analyzer.Finish(0);
        analyzer.Finish(1);
        _runs.ExpectMsg<TileAnalyzed>(Deadline).Outcome.Tile.ShouldBe(4);
        _runs.FishForMessage<TileAnalyzed>(_ => true, Deadline).Outcome.Tile.ShouldBe(4, "only what is held is reported and repeated");
    }

    [Fact]
    public async Task Published_run_takes_back_what_is_not_begun()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1, 2, 3));
        await AwaitAssertAsync(() => analyzer.Begun.Count.ShouldBe(2), Deadline);
        analyzer.Finish(0);
        ReceiveReports(1);
        await AwaitAssertAsync(() => analyzer.Begun.Count.ShouldBe(3), Deadline);

        worker.Tell(new RevokeWork(_run.RunId) { KeepBegun = true });

        Asked(r => r.Held.Count == 1 && r.Held[0].Tiles.Count == 3).Held[0].Tiles.Order().ToArray().ShouldBe([0, 1, 2], "only tile 3 waited");
        analyzer.Finish(1);
        analyzer.Finish(2);
        ReceiveReports(2);
        analyzer.CalledOff.ShouldBeEmpty();
    }

    [Fact]
    public async Task Result_that_nobody_wants_takes_the_stock_of_its_run_with_it()
    {
        await using var analyzer = new GatedAnalyzer { Capacity = 1 };
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1, 2));
        RunSpecification other = _run with { RunId = new string('f', 32) };
        worker.Tell(new WorkGrant(other, Specimens.Grid(), [5]));
        await AwaitAssertAsync(() => analyzer.Begun.Count.ShouldBe(1), Deadline);

        worker.Tell(new WorkAcknowledged(_run.RunId, 0) { Unwanted = true });

        Asked(r => r.Held.Count == 1 && r.Held[0].RunId == other.RunId);
        await AwaitAssertAsync(() => analyzer.Begun.ShouldBe([0, 5]), Deadline);
    }

    [Fact]
    public async Task Grants_that_waited_on_their_way_are_ignored()
    {
        await using var analyzer = new GatedAnalyzer();
        var clock = new HandClock();
        IActorRef worker = Start(analyzer, clock);
        long asked = Asked(_ => true).At!.Value;

        clock.Advance(Options.GrantLife);
        worker.Tell(Grant(0) with { AskedAt = asked });
        Asked(r => r.Held.Count == 1);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        worker.Tell(Grant(1) with { AskedAt = asked });
        worker.Tell(Grant(2));

        Asked(r => r.Held.Count == 1 && r.Held[0].Tiles.Contains(2)).Held[0].Tiles.ShouldBe([0, 2], "others have had tile 1; a dispatcher of an older version says no time");
    }

    [Fact]
    public async Task Single_tiles_that_others_settled_are_let_go()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1, 2, 3));

        worker.Tell(new RevokeWork(_run.RunId) { Tiles = [1, 3] });

        Asked(r => r.Held.Count == 1 && r.Held[0].Tiles.Order().SequenceEqual([0, 2]) && r.Held[0].Begun!.Count == 2);
    }

    [Fact]
    public async Task Grants_of_a_replaced_dispatcher_are_ignored()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0) with { Fence = 20 });
        worker.Tell(Grant(1) with { Fence = 19 });
        worker.Tell(Grant(2) with { Fence = 20 });
        worker.Tell(Grant(3));

        RequestWork request = Asked(r => r.Held.Count == 1 && r.Held[0].Tiles.Count == 3);

        request.Held[0].Tiles.Order().ToArray().ShouldBe([0, 2, 3], "a dispatcher of an older version has no number");
        request.Fence.ShouldBe(20);
    }

    [Fact]
    public async Task Stopping_worker_hands_back_what_waits_and_is_done_when_the_rest_is_acknowledged()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1, 2, 3));
        Asked(r => r.Held.Count == 1 && r.Held[0].Begun!.Count == 2);

        worker.Tell(new DrainWorker(Deadline), TestActor);
        RequestWork request = Asked(r => r.Draining);
        (request.Credit, request.Held[0].Tiles.Count).ShouldBe((0, 2));
        worker.Tell(Grant(5));
        analyzer.Finish(0);
        analyzer.Finish(1);
        ReceiveReports(2);
        worker.Tell(new WorkAcknowledged(_run.RunId, 0));
        Asked(r => r.Draining && r.Held.Count == 1 && r.Held[0].Tiles.SequenceEqual([1]));
        worker.Tell(new WorkAcknowledged(_run.RunId, 1));

        ExpectMsg<WorkerDrained>(Deadline);
        Asked(r => r.Draining && r.Held.Count == 0);
        analyzer.Begun.Order().ToArray().ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Stopping_worker_gives_up_what_is_not_done_in_time()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1, 2, 3));
        await AwaitAssertAsync(() => analyzer.Begun.Count.ShouldBe(2), Deadline);

        worker.Tell(new DrainWorker(TimeSpan.FromMilliseconds(50)), TestActor);

        ExpectMsg<WorkerDrained>(Deadline);
        Asked(r => r.Draining && r.Held.Count == 0);
        await AwaitAssertAsync(() => analyzer.CalledOff.ToArray().Order().ToArray().ShouldBe([0, 1]), Deadline);
    }

    [Fact]
    public async Task Idle_worker_is_drained_at_once()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);

        worker.Tell(new DrainWorker(Deadline), TestActor);

        ExpectMsg<WorkerDrained>(Deadline);
    }

    [Fact]
    public async Task Stock_grows_with_the_measured_speed()
    {
        await using var analyzer = new GatedAnalyzer { Capacity = 6 };
        var clock = new HandClock();
        IActorRef worker = Start(analyzer, clock);
        Asked(_ => true).Credit.ShouldBe(6 + Options.MinPrefetch);
        worker.Tell(Grant(0, 1, 2, 3, 4, 5));
        Asked(r => r.Held.Count == 1 && r.Held[0].Begun!.Count == 6);
        clock.Advance(TimeSpan.FromSeconds(1));
        foreach (int tile in Enumerable.Range(0, 6))
        {
            analyzer.Finish(tile);
        }

        ReceiveReports(6);

        // Six tiles in a second are 150 in the window of 25 s; the average gives or takes a tenth.
        Asked(r => r.Credit > 6 + Options.MinPrefetch && r.Held[0].Begun!.Count == 0).Credit.ShouldBeInRange(6 + 135, 6 + 165);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _folder.Dispose();
    }

    private IActorRef Start(GatedAnalyzer analyzer, TimeProvider? time = null, BegunRecord? begun = null)
    {
        TimeProvider clock = time ?? TimeProvider.System;
        return Sys.ActorOf(Props.Create(() => new WorkerActor("w", analyzer, _dispatcher.Ref, _runs.Ref, Options, clock, begun)));
    }

    private WorkGrant Grant(params int[] tiles) => new(_run, Specimens.Grid(), tiles);

    private RequestWork Asked(Predicate<RequestWork> condition) => _dispatcher.FishForMessage(condition, Deadline);

    /// <summary>Waits until so many tiles are reported, repetitions not counted.</summary>
    private void ReceiveReports(int count)
    {
        var tiles = new HashSet<int>();
        while (tiles.Count < count)
        {
            tiles.Add(_runs.FishForMessage<TileAnalyzed>(_ => true, Deadline).Outcome.Tile);
        }
    }

    /// <summary>Moves when it is told to.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long _ticks = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
