using Akka.Actor;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.ClusterTests.Workers;

/// <content>What a worker reports and what it leaves on the disk.</content>
public sealed partial class WorkerActorTests
{
    [Fact]
    public async Task Report_is_repeated_until_it_is_acknowledged_and_nothing_is_computed_twice()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0));
        analyzer.Finish(0);
        TileAnalyzed first = _runs.ExpectMsg<TileAnalyzed>(Deadline);

        worker.Tell(Grant(0));
        _runs.ExpectMsg<TileAnalyzed>(Deadline).ShouldBe(first);
        worker.Tell(new WorkAcknowledged(_run.RunId, 0));

        Asked(r => r.Held.Count == 0 && r.Settled?.Count == 1).Settled![0].Tiles.ShouldBe([0], "the dispatcher may not have heard yet");
        analyzer.Begun.ShouldBe([0]);
        File.Exists(TileResultPaths.File(_run, Specimens.Grid().ToGrid().TileAt(0))).ShouldBeTrue();
    }

    [Fact]
    public async Task Repeated_report_of_a_failure_bears_the_number_of_its_attempt_and_the_next_failure_another()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        var grant = new WorkGrant(_run with { ModelDigest = new string('b', 64) }, Specimens.Grid(), [0]);
        worker.Tell(grant);
        long first = _runs.ExpectMsg<TileFailed>(Deadline).Attempt.ShouldNotBeNull();
        _runs.ExpectMsg<TileFailed>(Deadline).Attempt.ShouldBe(first, "it was not acknowledged");

        worker.Tell(new WorkAcknowledged(_run.RunId, 0));
        Asked(r => r.Held.Count == 0);
        worker.Tell(grant);

        await AwaitAssertAsync(() => _runs.ExpectMsg<TileFailed>(Deadline).Attempt.ShouldBe(first + 1), Deadline);
    }

    [Fact]
    public async Task Failed_tile_is_not_among_the_settled_ones()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(new WorkGrant(_run with { ModelDigest = new string('b', 64) }, Specimens.Grid(), [0]));
        _runs.ExpectMsg<TileFailed>(Deadline).Failure.Code.ShouldBe(ErrorCode.ModelDigestMismatch.Value);

        worker.Tell(new WorkAcknowledged(_run.RunId, 0));

        _dispatcher.FishForMessage<RequestWork>(r => r.Held.Count == 1, Deadline);
        Asked(r => r.Held.Count == 0).Settled.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_begun_is_on_disk_until_it_ends_or_the_worker_is_stopped()
    {
        await using var analyzer = new GatedAnalyzer { Stubborn = true };
        IActorRef worker = Start(analyzer, begun: new BegunRecord("w", 7));
        worker.Tell(Grant(0, 1, 2));
        await AwaitAssertAsync(() => analyzer.Begun.Count.ShouldBe(2), Deadline);
        WorkerLost Recorded() => BegunRecord.ReadDeaths(_run, _ => false).ShouldHaveSingleItem();
        (Recorded().WorkerId, Recorded().Alone).ShouldBe(("w", false));
        Recorded().Tiles.ShouldBe([0, 1]);

        analyzer.Finish(0);
        analyzer.Finish(1);
        await AwaitAssertAsync(() => (Recorded().Tiles.Single(), Recorded().Alone).ShouldBe((2, true)), Deadline);
        await WatchAsync(worker);
        Sys.Stop(worker);

        await ExpectTerminatedAsync(worker, Deadline);
        BegunRecord.ReadDeaths(_run, _ => false).ShouldBeEmpty("it was stopped in order, though the device still works");
    }

    [Fact]
    public async Task Result_that_nobody_wants_is_removed_with_the_empty_folders_of_its_run()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0, 1));
        analyzer.Finish(0);
        analyzer.Finish(1);
        ReceiveReports(2);

        worker.Tell(new WorkAcknowledged(_run.RunId, 0) { Unwanted = true });
        await AwaitAssertAsync(() => Directory.GetFiles(TileResultPaths.Folder(_run)).Length.ShouldBe(1), Deadline);
        worker.Tell(new WorkAcknowledged(_run.RunId, 1) { Unwanted = true });

        await AwaitAssertAsync(() => Directory.Exists(_run.WorkDirectory).ShouldBeFalse(), Deadline);
    }

    [Fact]
    public async Task Late_result_of_a_run_whose_folder_is_gone_leaves_nothing_behind()
    {
        await using var analyzer = new GatedAnalyzer();
        IActorRef worker = Start(analyzer);
        worker.Tell(Grant(0));
        await AwaitAssertAsync(() => analyzer.Begun.Count.ShouldBe(1), Deadline);
        Directory.Delete(_run.WorkDirectory, recursive: true);

        analyzer.Finish(0);

        _runs.ExpectMsg<TileFailed>(Deadline).Failure.Code.ShouldBe(ErrorCode.TileResultCorrupt.Value);
        Directory.Exists(_run.WorkDirectory).ShouldBeFalse();
    }
}
