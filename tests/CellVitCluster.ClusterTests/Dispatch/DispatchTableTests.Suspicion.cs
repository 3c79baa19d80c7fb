using CellVitCluster.Cluster.Dispatch;

namespace CellVitCluster.ClusterTests.Dispatch;

/// <content>Tiles that may have taken workers down, before the run has heard of it.</content>
public partial class DispatchTableTests
{
    [Fact]
    public void Tile_begun_by_two_lost_workers_is_alone_in_the_third_before_the_run_knows()
    {
        Offer(0b001111);
        Lose("w1", begun: [0, 1]);
        Tiles(_table.Request(Request("w2", 3), Start)).ShouldBe([0, 1, 2], "one lost worker is replaced at once");
        _table.Request(new RequestWork("w2", 0, [new HeldWork(Run, [0, 1, 2]) { Begun = [1] }]), Start);
        _table.Suspend("w2", "has lost its connection", Start);

        Tiles(_table.Request(Request("w3", 4), Start)).ShouldBe([1]);
        _table.Request(Request("w3", 4, 1), Start).ShouldBeEmpty();
        Tiles(_table.Request(Request("w4", 4), Start)).ShouldBe([0, 2, 3], "the others go on");

        Offer(0b001111);
        _table.Request(Request("w3", 4, 1), Start).ShouldBeEmpty("an offer that knows nothing of it changes nothing");
    }

    [Fact]
    public void Worker_that_speaks_again_clears_the_tiles_it_had_begun()
    {
        Offer(0b001111);
        Lose("w1", begun: [0, 1]);
        Lose("w2", begun: [0, 1]);
        Tiles(_table.Request(Request("w3", 4), Start)).ShouldBe([0]);

        _table.Request(Request("w2", 0), Start);

        Tiles(_table.Request(Request("w3", 4, 0), Start)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Offer_that_comes_after_the_loss_is_minded_as_well()
    {
        Offer(0b000011);
        Lose("w1", begun: [0]);
        Lose("w2", begun: [0]);
        _table.Withdraw(new WithdrawOffer(Run), Start);

        Offer(0b000011);

        Tiles(_table.Request(Request("w3", 4), Start)).ShouldBe([0]);
    }

    [Fact]
    public void Run_hears_whether_a_lost_worker_had_begun_anything_else_of_any_run()
    {
        Offer(0b000011);
        Offer(Second, 0b000011);
        _table.Request(new RequestWork("w1", 0, [new HeldWork(Run, [0, 1]) { Begun = [1] }]), Start);
        _table.Request(new RequestWork("w2", 0, [new HeldWork(Run, [0]) { Begun = [0] }, new HeldWork(Second, [0]) { Begun = [0] }]), Start);

        _table.Remove("w1", inOrder: false, Start).ShouldHaveSingleItem().Alone.ShouldBeTrue();
        IReadOnlyList<WorkerLost> lost = _table.Remove("w2", inOrder: false, Start);
        lost.Select(l => l.RunId).ShouldBe([Run, Second]);
        lost.ShouldAllBe(l => !l.Alone);
    }

    [Fact]
    public void Workers_of_one_process_have_one_dangerous_tile_among_them()
    {
        _table.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(), [0b000011]) { Suspects = [new(0, [], Alone: true), new(1, [], Alone: true)] }, Start);
        Tiles(_table.Request(Request("w1", 4), Start, "node-1")).ShouldBe([0]);

        _table.Request(Request("w2", 4), Start, "node-1").ShouldBeEmpty("their process would die for both");
        Tiles(_table.Request(Request("w3", 4), Start, "node-2")).ShouldBe([1]);
    }

    private void Lose(string worker, int[] begun)
    {
        _table.Request(new RequestWork(worker, 0, [new HeldWork(Run, begun) { Begun = begun }]), Start);
        _table.Suspend(worker, "has lost its connection", Start);
    }
}
