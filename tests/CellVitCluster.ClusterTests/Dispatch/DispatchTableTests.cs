using CellVitCluster.Cluster.Dispatch;

namespace CellVitCluster.ClusterTests.Dispatch;

public partial class DispatchTableTests
{
    private const string Run = "0123456789abcdef0123456789abcdef";

    private static readonly string Second = new('f', 32);
    private static readonly string Third = new('e', 32);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DispatchTable _table = new(new DispatchOptions { TilesPerGrant = 4 }, fence: 7);

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
    public void All_workers_go_down_the_slide_along_one_front()
    {
        // Columns 0 and 7 show no tissue: a row of the plan ends before a row of the grid does.
        _table.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(8, 4), [0x7e, 0x7e, 0x7e, 0x7e]), Start);
        Tiles(_table.Request(Request("w1", 4), Start)).ShouldBe([1, 2, 3, 4]);
        Tiles(_table.Request(Request("w2", 3), Start)).ShouldBe([5, 6, 9]);
        Tiles(_table.Request(Request("w2", 4, 5, 6, 9), Start)).ShouldBe([10, 11, 12, 13]);
        Tiles(_table.Request(Request("w1", 3, 1, 2, 3, 4), Start)).ShouldBe([14, 17, 18], "nothing is left behind");

        _table.Suspend("w2", "is unreachable", Start);
        Tiles(_table.Request(Request("w1", 7, 1, 2, 3, 4, 14, 17, 18), Start)).ShouldBe([5, 6, 9, 10, 11, 12, 13], ignoreOrder: true, "what was given back goes first");
    }

    [Fact]
    public void Stock_of_a_worker_is_spread_over_the_nodes_that_keep_the_books()
    {
        OfferOf(Run, "a");
        OfferOf(Second, "a");
        OfferOf(Third, "b");

        IReadOnlyList<WorkGrant> grants = _table.Request(Request("w1", 16), Start);

        grants.Select(g => (g.RunId, g.Home)).ShouldBe([(Run, "a"), (Third, "b"), (Run, "a"), (Third, "b")], "of one node the run offered first");
        _table.Request(Request("w2", 4), Start).ShouldHaveSingleItem().RunId.ShouldBe(Second);

        void OfferOf(string run, string home) =>
            _table.Accept(new OfferWork(Specimens.Specification(run), Specimens.Grid(8, 1), [0xff]), Start, home);
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

        _table.Suspend("w1", "is unreachable", Start.AddSeconds(40));

        _table.Feed(Start.AddSeconds(40)).ShouldHaveSingleItem().Grant.Tiles.ShouldBe([0, 1, 2], "the other worker is still hungry");
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
    public void Held_lists_count_also_when_they_come_before_the_offer()
    {
        _table.Request(Request("w1", 0, 0), Start);
        Offer(0b000011);

        Tiles(_table.Request(Request("w2", 5), Start)).ShouldBe([1]);
    }

    [Fact]
    public void Dispatcher_that_may_have_a_predecessor_listens_before_it_grants()
    {
        var later = new DispatchTable(new DispatchOptions(), fence: 8, opens: Start.AddSeconds(3));
        later.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(), [0b000011]), Start);
        later.Request(Request("w2", 5), Start).ShouldBeEmpty();
        later.Request(Request("w1", 0, 0), Start.AddSeconds(1));
        later.Feed(Start.AddSeconds(2)).ShouldBeEmpty();

        later.Feed(Start.AddSeconds(3)).ShouldHaveSingleItem().Grant.Tiles.ShouldBe([1]);
    }

    [Fact]
    public void New_cluster_need_not_wait()
    {
        var first = new DispatchTable(new DispatchOptions(), fence: 8, opens: Start.AddSeconds(3));
        first.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(), [0b000011]), Start);
        first.Open();

        Tiles(first.Request(Request("w1", 5), Start)).ShouldBe([0, 1]);
    }

    [Fact]
    public void First_offered_run_is_served_first_and_the_next_one_fills_the_rest()
    {
        Offer(0b000001);
        Offer(Second, 0b000011);

        IReadOnlyList<WorkGrant> grants = _table.Request(Request("w1", 3), Start);

        grants.Select(g => (g.RunId, g.Tiles.Count)).ShouldBe([(Run, 1), (Second, 2)]);
    }

    [Fact]
    public void Higher_class_overtakes_at_the_next_grant_and_takes_nothing_away()
    {
        Offer(0b111111);
        _table.Request(Request("w1", 2), Start);
        Offer(Second, 0b000011, priority: 2);

        IReadOnlyList<WorkGrant> grants = _table.Request(Request("w1", 4, 0, 1), Start);

        grants.Select(g => (g.RunId, g.Priority, g.Tiles.Count)).ShouldBe([(Second, 2, 2), (Run, 0, 2)]);
        _table.Describe(new GetWorkers(), Start, _ => "here").Items.ShouldHaveSingleItem().TilesHeld.ShouldBe(6);
    }

    [Fact]
    public void Class_of_a_run_may_change_while_it_is_going_on()
    {
        Offer(Second, 0b111111);
        Offer(0b111111);
        Offer(0b111111, priority: 1);

        _table.Request(Request("w1", 1), Start).ShouldHaveSingleItem().RunId.ShouldBe(Run);
    }

    [Fact]
    public void Submitters_of_a_class_share_the_workers_however_many_runs_each_has()
    {
        Offer(0b111111, submitter: "a");
        Offer(Second, 0b111111, submitter: "a");
        Offer(Third, 0b111111, submitter: "b");

        IReadOnlyList<WorkGrant> grants = [.. Enumerable.Range(1, 6).SelectMany(w => _table.Request(Request($"w{w}", 2), Start))];

        grants.Count(g => g.RunId == Third).ShouldBe(3);
        grants.Count(g => g.RunId == Run).ShouldBe(3, "inside a submitter the runs go by their order");
    }

    [Fact]
    public void Worker_takes_no_more_than_its_share_of_a_slide_that_others_could_help_with()
    {
        var table = new DispatchTable(new DispatchOptions { LeastShare = 8 });
        byte[] pending = Enumerable.Repeat((byte)0xff, 8).ToArray();
        table.Request(Request("w2", 0), Start);
        table.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(8, 8), pending), Start);

        Tiles(table.Request(Request("w1", 500), Start)).Count.ShouldBe(32);
        Tiles(table.Request(Request("w2", 500), Start)).Count.ShouldBe(32);
    }

    [Fact]
    public void Tile_that_failed_on_a_worker_goes_to_another_one_while_there_is_one()
    {
        _table.Request(Request("w2", 0), Start);
        OfferSuspect(0b000011, new SuspectTile(0, ["w1"], Alone: false));

        Tiles(_table.Request(Request("w1", 4), Start)).ShouldBe([1]);
        Tiles(_table.Request(Request("w2", 4), Start)).ShouldBe([0]);
    }

    [Fact]
    public void Tile_that_failed_on_the_only_worker_is_tried_there_again()
    {
        OfferSuspect(0b000001, new SuspectTile(0, ["w1"], Alone: false));

        Tiles(_table.Request(Request("w1", 4), Start)).ShouldBe([0]);
    }

    [Fact]
    public void Dangerous_tile_waits_until_a_worker_is_empty_and_is_alone_in_it()
    {
        Offer(0b000111);
        Tiles(_table.Request(Request("w1", 1), Start)).ShouldBe([0]);
        OfferSuspect(0b000111, new SuspectTile(1, [], Alone: true));
        Offer(Second, 0b111111);

        // The worker is emptied for it, and gets nothing else of this class meanwhile.
        _table.Request(Request("w1", 4, 0), Start).ShouldBeEmpty();
        _table.Request(new RequestWork("w2", 2, [new HeldWork(Second, [5])]), Start).Select(g => g.RunId).ShouldBe([Run, Second], "others go on");

        Settle("w1", 4, 0).ShouldHaveSingleItem().Tiles.ShouldBe([1]);
        _table.Request(Request("w1", 4, 1), Start).ShouldBeEmpty();
    }

    [Fact]
    public void Worker_that_is_emptied_for_a_dangerous_tile_still_takes_work_of_a_higher_class()
    {
        OfferSuspect(0b000011, new SuspectTile(1, [], Alone: true));
        _table.Request(new RequestWork("w1", 4, [new HeldWork(Run, [0])]), Start).ShouldBeEmpty();

        Offer(Second, 0b000001, priority: 2);

        _table.Request(Request("w1", 4, 0), Start).ShouldHaveSingleItem().RunId.ShouldBe(Second);
    }

    [Fact]
    public void Dangerous_tile_goes_first_to_a_worker_that_holds_nothing()
    {
        OfferSuspect(0b000011, new SuspectTile(1, [], Alone: true));

        Tiles(_table.Request(Request("w1", 4), Start)).ShouldBe([1]);
        Tiles(_table.Request(Request("w2", 4), Start)).ShouldBe([0]);
    }

    [Fact]
    public void Dangerous_survey_is_alone_too()
    {
        _table.Accept(new OfferWork(Specimens.Specification(), null, []) { Suspects = [new SuspectTile(WorkGrant.Survey, [], Alone: true)] }, Start);
        Offer(Second, 0b000011);
        Tiles(_table.Request(Request("w1", 4), Start)).ShouldBe([WorkGrant.Survey]);

        _table.Request(Request("w1", 4, WorkGrant.Survey), Start).ShouldBeEmpty();
    }

    [Fact]
    public void Grants_carry_the_number_of_the_dispatcher_and_it_grows_past_what_workers_have_seen()
    {
        Offer(0b000011);
        _table.Request(Request("w1", 1), Start).ShouldHaveSingleItem().Fence.ShouldBe(7);

        _table.Request(Request("w2", 1) with { Fence = 99 }, Start).ShouldHaveSingleItem().Fence.ShouldBe(100);
    }

    [Fact]
    public void Grants_carry_the_time_of_the_request_they_answer()
    {
        Offer(0b000001);
        _table.Request(Request("w1", 2) with { At = 1000 }, Start).ShouldHaveSingleItem().AskedAt.ShouldBe(1000);
        _table.Request(Request("w1", 2, 0) with { At = 2000 }, Start).ShouldBeEmpty();

        Offer(0b000011);

        _table.Feed(Start).ShouldHaveSingleItem().Grant.AskedAt.ShouldBe(2000);
        Offer(0b000111);
        _table.Request(Request("w2", 1), Start).ShouldHaveSingleItem().AskedAt.ShouldBeNull("a worker of an older version has no time");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Everybody_who_holds_tiles_of_a_run_that_is_over_is_told_also_later(bool published)
    {
        Offer(0b001111);
        _table.Request(Request("w1", 2), Start);
        _table.Request(Request("w2", 2), Start);
        _table.Request(Request("w3", 2), Start);

        var revocation = new RevokeWork(Run) { KeepBegun = published };
        _table.Withdraw(new WithdrawOffer(Run) { Revoke = !published, Published = published }, Start).ShouldBe([("w1", revocation), ("w2", revocation)]);
        _table.RevokedOf(Request("w2", 2, 2, 3)).ShouldBe([revocation]);

        Offer(0b001111);
        _table.RevokedOf(Request("w2", 2, 2, 3)).ShouldBeEmpty("it was submitted again");
    }

    [Fact]
    public void What_was_begun_is_kept_from_the_publication_on()
    {
        Offer(0b001111);
        _table.Request(Request("w1", 2), Start);
        _table.Withdraw(new WithdrawOffer(Run) { Revoke = true }, Start);

        _table.Withdraw(new WithdrawOffer(Run) { Published = true }, Start);

        _table.RevokedOf(Request("w1", 0, 0, 1)).ShouldHaveSingleItem().KeepBegun.ShouldBeTrue("the run itself says that its file is to go");
    }

    [Fact]
    public void Run_that_has_nothing_left_takes_nothing_away_from_its_workers()
    {
        Offer(0b001111);
        _table.Request(Request("w1", 2), Start);

        _table.Withdraw(new WithdrawOffer(Run), Start).ShouldBeEmpty();
        _table.Request(Request("w1", 2, 0, 1), Start).ShouldBeEmpty();
        _table.RevokedOf(Request("w1", 2, 0, 1)).ShouldBeEmpty();
    }

    [Fact]
    public void Grants_under_way_count_against_the_credit()
    {
        Offer(0b111111);
        Tiles(_table.Request(Request("w1", 2), Start)).Count.ShouldBe(2);

        // The request crossed the grant.
        _table.Request(Request("w1", 2), Start).ShouldBeEmpty();
    }

    [Fact]
    public void Workers_are_told_of_page_by_page()
    {
        string[] ids = [.. Enumerable.Range(0, 250).Select(i => $"w{i:000}")];
        foreach (string id in ids.Reverse())
        {
            _table.Request(Request(id, 0), Start);
        }

        var told = new List<string>();
        CellVitCluster.Cluster.Dispatch.Workers page;
        do
        {
            page = _table.Describe(new GetWorkers { After = told.LastOrDefault() }, Start, _ => "akka.tcp://cellvit@worker:4000");
            page.Items.Count.ShouldBeLessThanOrEqualTo(GetWorkers.PageSize);
            told.AddRange(page.Items.Select(worker => worker.WorkerId));
        }
        while (page.HasMore);

        told.ShouldBe(ids);
    }

    private static RequestWork Request(string worker, int credit, params int[] held) =>
        new(worker, credit, held.Length == 0 ? [] : [new HeldWork(Run, held)]);

    private static RequestWork Request(string worker, int credit, string profile, params int[] held) =>
        Request(worker, credit, held) with { Profile = profile, ModelDigest = new string('a', 64) };

    private static List<int> Tiles(IReadOnlyList<WorkGrant> grants) => [.. grants.SelectMany(g => g.Tiles)];

    private IReadOnlyList<WorkGrant> Settle(string worker, int credit, params int[] tiles) =>
        _table.Request(Request(worker, credit) with { Settled = [new HeldWork(Run, tiles)] }, Start);

    private void Offer(
        byte pending, DateTimeOffset? at = null, int priority = 0, string? submitter = null, string? profile = null) =>
        Offer(Run, pending, at, priority, submitter, profile);

    private void Offer(
        string run, byte pending, DateTimeOffset? at = null, int priority = 0, string? submitter = null, string? profile = null) => _table.Accept(
        new OfferWork(Specimens.Specification(run), Specimens.Grid(), [pending]) { Priority = priority, Submitter = submitter, Profile = profile },
        at ?? Start);

    private void OfferSuspect(byte pending, SuspectTile suspect) =>
        _table.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(), [pending]) { Suspects = [suspect] }, Start);
}
