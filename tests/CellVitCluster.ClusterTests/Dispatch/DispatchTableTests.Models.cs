using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.ClusterTests.Dispatch;

/// <content>Models, number formats and numeric profiles: who can work on what.</content>
public partial class DispatchTableTests
{
    [Fact]
    public void Worker_of_another_number_format_gets_nothing_of_the_run()
    {
        _table.Accept(new OfferWork(Specimens.Specification() with { Precision = "fp32" }, Specimens.Grid(), [0b11]), Start);

        _table.Request(Request("w1", 2) with { Precision = "bf16" }, Start).ShouldBeEmpty();
        Tiles(_table.Request(Request("w2", 2) with { Precision = "fp32" }, Start)).ShouldBe([0, 1]);
    }

    [Fact]
    public void Only_workers_of_the_same_number_format_divide_the_tail_of_a_slide()
    {
        var table = new DispatchTable(new DispatchOptions { LeastShare = 1 });
        table.Request(Request("w1", 0) with { Precision = "fp32" }, Start);
        table.Request(Request("w2", 0) with { Precision = "bf16" }, Start);
        table.Accept(new OfferWork(Specimens.Specification() with { Precision = "fp32" }, Specimens.Grid(), [0b111111]), Start);

        Tiles(table.Request(Request("w1", 9) with { Precision = "fp32" }, Start)).Count.ShouldBe(6, "nobody else could help");
    }

    [Fact]
    public void Worker_gets_work_of_its_model_only_and_one_of_an_older_version_any()
    {
        Offer(0b111111);

        _table.Request(Request("w1", 2) with { ModelDigest = new string('b', 64) }, Start).ShouldBeEmpty();
        Tiles(_table.Request(Request("w2", 2) with { ModelDigest = new string('a', 64) }, Start)).ShouldBe([0, 1]);
        Tiles(_table.Request(Request("w3", 2), Start)).ShouldBe([2, 3]);
    }

    [Fact]
    public void Run_keeps_to_the_profile_of_its_first_grantee_until_nobody_with_it_is_heard()
    {
        Offer(0b111111);
        Tiles(_table.Request(Request("w1", 1, "p"), Start)).ShouldBe([0]);
        _table.Request(Request("w2", 2, "q"), Start).ShouldBeEmpty();

        Offer(0b111111, Start.AddSeconds(29), profile: "p");
        _table.Request(Request("w2", 2, "q"), Start.AddSeconds(29)).ShouldBeEmpty();
        _table.TakeNotices().ShouldNotContain(n => n.Kind == IncidentKind.ProfilesMixed);

        Tiles(_table.Request(Request("w2", 1, "q"), Start.AddSeconds(31))).ShouldBe([1]);
        Tiles(_table.Request(Request("w2", 1, "q", 1), Start.AddSeconds(32))).ShouldBe([2]);
        _table.TakeNotices().Count(n => n.Kind == IncidentKind.ProfilesMixed && n.RunId == Run).ShouldBe(1);
    }

    [Fact]
    public void Profile_of_settled_tiles_counts_more_than_that_of_the_first_grantee()
    {
        Offer(0b111110, profile: "p");

        _table.Request(Request("w2", 2, "q"), Start).ShouldBeEmpty();
        Tiles(_table.Request(Request("w1", 2, "p"), Start)).ShouldBe([1, 2]);
    }

    [Fact]
    public void Run_is_told_when_nobody_can_work_on_it_and_no_longer_when_somebody_can()
    {
        Offer(0b111111);
        _table.Unservable(Start).ShouldBeEmpty();
        OfferUnservable nobody = _table.Unservable(Start.AddSeconds(10)).ShouldHaveSingleItem();
        nobody.RunId.ShouldBe(Run);
        nobody.Failure.Why.ShouldBe("No worker is connected.");

        _table.Request(Request("w1", 2) with { ModelDigest = new string('b', 64) }, Start.AddSeconds(11));
        _table.Unservable(Start.AddSeconds(11)).ShouldHaveSingleItem().Failure.Why.ShouldContain("weights");

        _table.Request(Request("w2", 0, "p"), Start.AddSeconds(12));
        _table.Unservable(Start.AddSeconds(12)).ShouldBeEmpty();
    }
}
