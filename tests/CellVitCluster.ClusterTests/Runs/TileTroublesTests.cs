using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.ClusterTests.Runs;

public class TileTroublesTests
{
    private readonly TileTroubles _troubles = new(new SlideRunOptions());

    [Fact]
    public void Tile_that_lost_two_workers_is_offered_alone_and_ends_with_the_third_it_was_alone_in()
    {
        _troubles.Suspects().ShouldBeNull();
        _troubles.Strike(4, "a", alone: true).ShouldBeNull();
        _troubles.Strike(4, "a", alone: true).ShouldBeNull("the same death was told again");
        Suspect().Alone.ShouldBeFalse();

        _troubles.Strike(4, "b", alone: false).ShouldBeNull();
        Suspect().Alone.ShouldBeTrue();
        Suspect().FailedOn.ShouldBe(["a", "b"]);

        _troubles.Strike(4, "c", alone: true).ShouldBeNull();
        _troubles.Strike(4, "d", alone: true).ShouldBe(["a", "c", "d"]);
    }

    [Fact]
    public void Deaths_that_many_tiles_shared_end_none_of_them()
    {
        for (int i = 0; i < 20; i++)
        {
            _troubles.Strike(4, $"w{i}", alone: false).ShouldBeNull();
            _troubles.Strike(5, $"w{i}", alone: false).ShouldBeNull();
        }

        _troubles.IsSlideDeadly.ShouldBeFalse();
    }

    [Fact]
    public void Slide_is_deadly_when_more_places_took_workers_down_than_one_damage_explains()
    {
        for (int i = 0; i < 12; i++)
        {
            _troubles.IsSlideDeadly.ShouldBeFalse();
            _troubles.Strike(i / 3, $"w{i}", alone: true);
            _troubles.Clear(i / 3 - 1);
        }

        _troubles.IsSlideDeadly.ShouldBeTrue();
        _troubles.KilledAlone.Count.ShouldBe(12);

        _troubles.Clear();
        _troubles.IsSlideDeadly.ShouldBeFalse();
    }

    [Fact]
    public void Attempts_are_counted_per_tile_and_name_the_workers_once()
    {
        _troubles.Fail(4, "a", attempt: 1).ShouldBe(1);
        _troubles.Fail(4, "a", attempt: 1).ShouldBe(1, "the same failure was told again");
        _troubles.Fail(4, "a", attempt: 2).ShouldBe(2);
        _troubles.Fail(4, "b", attempt: 1).ShouldBe(3, "another worker's first");
        _troubles.Fail(5, "a", attempt: null).ShouldBe(1);
        _troubles.Fail(5, "a", attempt: null).ShouldBe(2, "older workers do not number their attempts");

        Suspect().FailedOn.ShouldBe(["a", "b"]);
        _troubles.Clear(4);
        _troubles.Suspects()!.ShouldHaveSingleItem().Tile.ShouldBe(5);
    }

    [Fact]
    public void Losses_of_a_result_are_counted_until_the_run_is_submitted_again_however_often_the_tile_is_done_between()
    {
        _troubles.Lose([]).ShouldBe(0);
        _troubles.Lose([4, 5]).ShouldBe(1);
        _troubles.Clear(4);
        _troubles.Lose([4]).ShouldBe(2);
        _troubles.Lose([5, 6]).ShouldBe(2);

        _troubles.Clear();
        _troubles.Lose([4]).ShouldBe(1);
    }

    [Fact]
    public void Offer_stays_small_however_many_tiles_are_suspect()
    {
        foreach (int tile in Enumerable.Range(0, 10_000))
        {
            _troubles.Fail(tile, "akka.tcp://cellvit@a-worker-with-a-long-name.site.example.org:4053#1234567890-0", attempt: 1);
            _troubles.Strike(tile, "akka.tcp://cellvit@another-worker-with-a-long-name.site.example.org:4053#1234567890-0", alone: false);
        }

        var offer = new OfferWork(Specimens.Specification(), Specimens.Grid(250, 200), new byte[6_250]) { Suspects = _troubles.Suspects() };
        MessagePack.MessagePackSerializer.Serialize(offer).Length.ShouldBeLessThan(64 * 1024);
    }

    private SuspectTile Suspect() => _troubles.Suspects()!.First(s => s.Tile == 4);
}
