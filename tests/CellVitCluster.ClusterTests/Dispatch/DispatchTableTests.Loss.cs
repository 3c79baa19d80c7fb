using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.ClusterTests.Dispatch;

/// <content>Lost and returning workers, and what was acknowledged before.</content>
public partial class DispatchTableTests
{
    [Fact]
    public void Runs_hear_what_a_crashed_worker_had_begun_once()
    {
        Offer(0b001111);
        _table.Request(Request("w1", 3), Start);
        _table.Request(new RequestWork("w1", 0, [new HeldWork(Run, [0, 1, 2]) { Begun = [1] }]), Start);
        _table.Suspend("w1", "is unreachable", Start.AddSeconds(5));

        WorkerLost lost = _table.Remove("w1", inOrder: false, Start.AddSeconds(10)).ShouldHaveSingleItem();

        (lost.RunId, lost.WorkerId).ShouldBe((Run, "w1"));
        lost.Tiles.ShouldBe([1]);
        _table.Remove("w1", inOrder: false, Start.AddSeconds(11)).ShouldBeEmpty();
        _table.TakeNotices().Select(n => n.Kind).ShouldBe([IncidentKind.WorkerJoined, IncidentKind.WorkerLost, IncidentKind.TilesReclaimed]);
    }

    [Fact]
    public void Grant_that_the_worker_has_not_confirmed_may_be_what_took_it_down()
    {
        Offer(0b000011);
        _table.Request(Request("w1", 2), Start);

        _table.Remove("w1", inOrder: false, Start).ShouldHaveSingleItem().Tiles.ShouldBe([0, 1]);
    }

    [Fact]
    public void Worker_that_was_stopped_in_order_is_no_reason_for_suspicion()
    {
        Offer(0b000011);
        _table.Request(Request("w1", 2), Start);
        _table.Request(new RequestWork("w1", 0, [new HeldWork(Run, [0, 1]) { Begun = [0, 1] }]), Start);

        _table.Remove("w1", inOrder: true, Start).ShouldBeEmpty();

        Tiles(_table.Request(Request("w2", 2), Start)).ShouldBe([0, 1]);
    }

    [Fact]
    public void What_a_stopping_worker_hands_back_goes_to_others_at_once()
    {
        Offer(0b000111);
        _table.Request(Request("w1", 3), Start);
        _table.Request(Request("w1", 0, 0, 1, 2), Start);

        _table.Request(Request("w1", 5, 0) with { Draining = true }, Start).ShouldBeEmpty();

        Tiles(_table.Request(Request("w2", 3), Start)).ShouldBe([1, 2]);
        _table.TakeNotices().ShouldContain(n => n.Kind == IncidentKind.WorkerDraining);
    }

    [Fact]
    public void Worker_whose_connection_ended_is_lost_when_it_does_not_speak_soon()
    {
        Offer(0b000111);
        _table.Request(Request("w1", 2), Start);
        _table.Request(Request("w2", 1), Start);
        _table.Disconnect("w1", Start.AddSeconds(1));
        _table.Disconnect("w2", Start.AddSeconds(1));
        _table.Request(Request("w2", 5, 2), Start.AddSeconds(2));

        _table.Expire(Start.AddSeconds(3.9));
        _table.Request(Request("w2", 5, 2), Start.AddSeconds(3.9)).ShouldBeEmpty();

        _table.Expire(Start.AddSeconds(4));
        Tiles(_table.Request(Request("w2", 5, 2), Start.AddSeconds(4))).ShouldBe([0, 1]);
        _table.TakeNotices().ShouldContain(n => n.Kind == IncidentKind.TilesReclaimed && n.WorkerId == "w1");
    }

    [Fact]
    public void Worker_that_comes_back_keeps_what_nobody_else_has_got()
    {
        Offer(0b000111);
        _table.Request(Request("w1", 3), Start);
        _table.Suspend("w1", "is unreachable", Start);
        Tiles(_table.Request(Request("w2", 1), Start)).ShouldBe([0]);

        _table.Request(Request("w1", 0, 0, 1, 2), Start);

        _table.Request(Request("w3", 3), Start).ShouldBeEmpty();
        _table.Suspend("w2", "is unreachable", Start);
        _table.Request(Request("w3", 3), Start).ShouldBeEmpty("the first worker still has the tile");
    }

    [Fact]
    public void Tile_that_two_workers_hold_is_dropped_by_both_when_it_is_settled()
    {
        Offer(0b000011);
        _table.Request(Request("w1", 2), Start);
        _table.Suspend("w1", "is unreachable", Start);
        _table.Request(Request("w2", 2), Start);
        _table.Request(Request("w1", 0, 0, 1), Start);

        Offer(0b000010);
        IReadOnlyList<(string WorkerId, RevokeWork Revocation)> revocations = _table.TakeRevocations();

        revocations.Select(r => r.WorkerId).ShouldBe(["w2", "w1"]);
        revocations.ShouldAllBe(r => r.Revocation.RunId == Run && r.Revocation.Tiles!.Single() == 0);
    }

    [Fact]
    public void Tile_that_a_returning_worker_has_settled_is_dropped_by_the_one_that_got_it_meanwhile()
    {
        Offer(0b000111);
        _table.Request(Request("w1", 2), Start);
        _table.Suspend("w1", "is unreachable", Start);
        Tiles(_table.Request(Request("w2", 3), Start)).Order().ShouldBe([0, 1, 2]);

        // The word of the worker overtakes the offer of the run.
        Settle("w1", 0, 0, 1);
        (string worker, RevokeWork revocation) = _table.TakeRevocations().ShouldHaveSingleItem();
        worker.ShouldBe("w2");
        revocation.Tiles.ShouldBe([0, 1]);
        _table.TakeRevocations().ShouldBeEmpty();

        // Not heard: it still names one of them.
        _table.Request(Request("w2", 0, 1, 2), Start);
        _table.TakeRevocations().ShouldHaveSingleItem().Revocation.Tiles.ShouldBe([1]);
        _table.Request(Request("w2", 0, 2), Start);
        _table.TakeRevocations().ShouldBeEmpty();
    }

    [Fact]
    public void Acknowledged_tile_is_not_granted_again_by_an_offer_that_is_older()
    {
        Offer(0b000011);
        _table.Request(Request("w1", 1), Start);
        _table.Request(Request("w1", 0, 0), Start);

        Settle("w1", 0, 0);
        Offer(0b000011, Start.AddSeconds(4));

        Tiles(_table.Request(Request("w2", 2), Start.AddSeconds(4))).ShouldBe([1]);
    }

    [Fact]
    public void New_dispatcher_hears_from_the_worker_what_was_acknowledged_before_it_took_office()
    {
        var later = new DispatchTable(new DispatchOptions(), fence: 8, opens: Start.AddSeconds(3));
        later.Request(new RequestWork("w1", 0, []) { Settled = [new HeldWork(Run, [0])] }, Start);
        later.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(), [0b000011]), Start);

        Tiles(later.Request(Request("w2", 2), Start.AddSeconds(3))).ShouldBe([1]);
    }

    [Fact]
    public void Run_that_goes_on_listing_a_tile_has_lost_its_result()
    {
        Offer(0b000001);
        _table.Request(Request("w1", 1), Start);
        Settle("w1", 0, 0);
        Offer(0b000001, Start.AddSeconds(6));

        Tiles(_table.Request(Request("w2", 1), Start.AddSeconds(6))).ShouldBe([0]);
    }
}
