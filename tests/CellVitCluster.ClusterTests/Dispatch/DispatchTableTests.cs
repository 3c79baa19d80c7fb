using CellVitCluster.Cluster.Dispatch;

namespace CellVitCluster.ClusterTests.Dispatch;

public class DispatchTableTests
{
    private const string Run = "0123456789abcdef0123456789abcdef";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DispatchTable _table = new(new DispatchOptions { TilesPerGrant = 4 });

    [Fact]
    public void Survey_of_a_run_is_granted_to_one_worker_only()
    {
        _table.Accept(new OfferWork(Specimens.Specification(), null, []), Start);

        _table.Request(Request("w1", 3), Start).ShouldHaveSingleItem().Tiles.ShouldBe([WorkGrant.Survey]);
        _table.Request(Request("w2", 3), Start).ShouldBeEmpty();
    }

    [Fact]
    public void Workers_get_disjoint_runs_of_neighboring_tiles()
    {
        Offer(0b111111);

        _table.Request(Request("w1", 3), Start).ShouldHaveSingleItem().Tiles.ShouldBe([0, 1, 2]);
        _table.Request(Request("w2", 9), Start).SelectMany(g => g.Tiles).ShouldBe([3, 4, 5]);
        _table.Request(Request("w3", 9), Start).ShouldBeEmpty();
    }

    [Fact]
    public void No_grant_exceeds_the_limit_of_one_message()
    {
        Offer(0b111111);

        _table.Request(Request("w1", 6), Start).Select(g => g.Tiles.Count).ShouldBe([4, 2]);
    }

    [Fact]
    public void Held_tiles_stay_with_their_worker_and_lost_ones_go_to_others_at_once()
    {
        Offer(0b000111);
        _table.Request(Request("w1", 3), Start);
        _table.Request(Request("w1", 0, 0, 1, 2), Start.AddSeconds(20));
        Offer(0b000111, Start.AddSeconds(40));
        _table.Expire(Start.AddSeconds(40));
        _table.Request(Request("w2", 3), Start.AddSeconds(40)).ShouldBeEmpty();

        _table.Lose("w1");

        _table.Request(Request("w2", 3), Start.AddSeconds(40)).ShouldHaveSingleItem().Tiles.ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Silent_worker_loses_its_tiles()
    {
        Offer(0b000001);
        _table.Request(Request("w1", 1), Start);

        Offer(0b000001, Start.AddSeconds(31));
        _table.Expire(Start.AddSeconds(31));

        _table.Request(Request("w2", 1), Start.AddSeconds(31)).ShouldHaveSingleItem().Tiles.ShouldBe([0]);
    }

    [Fact]
    public void Tile_that_a_worker_let_go_is_granted_again_only_if_a_later_offer_still_lists_it()
    {
        Offer(0b000001);
        _table.Request(Request("w1", 1), Start);
        _table.Request(Request("w1", 1, 0), Start.AddSeconds(1));

        // The worker has finished the tile, the run's next offer is still on its way.
        _table.Request(Request("w1", 1), Start.AddSeconds(2)).ShouldBeEmpty();
        Offer(0b000001, Start.AddSeconds(2.5));
        _table.Request(Request("w1", 1), Start.AddSeconds(2.6)).ShouldBeEmpty();

        Offer(0b000001, Start.AddSeconds(5));
        _table.Request(Request("w1", 1), Start.AddSeconds(5)).ShouldHaveSingleItem().Tiles.ShouldBe([0]);
    }

    [Fact]
    public void Forgetful_dispatcher_learns_from_held_lists_what_is_being_worked_on()
    {
        var restarted = new DispatchTable(new DispatchOptions());
        restarted.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(), [0b000011]), Start);
        restarted.Request(Request("w1", 0, 0), Start);

        restarted.Request(Request("w2", 5), Start).ShouldHaveSingleItem().Tiles.ShouldBe([1]);
    }

    [Fact]
    public void First_offered_run_is_served_first_and_the_next_one_fills_the_rest()
    {
        Offer(0b000001);
        string second = new('f', 32);
        _table.Accept(new OfferWork(Specimens.Specification(second), Specimens.Grid(), [0b000011]), Start);

        IReadOnlyList<WorkGrant> grants = _table.Request(Request("w1", 3), Start);

        grants.Select(g => (g.RunId, g.Tiles.Count)).ShouldBe([(Run, 1), (second, 2)]);
    }

    private static RequestWork Request(string worker, int credit, params int[] held) =>
        new(worker, credit, held.Length == 0 ? [] : [new HeldWork(Run, held)]);

    private void Offer(byte pending, DateTimeOffset? at = null) =>
        _table.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(), [pending]), at ?? Start);
}
