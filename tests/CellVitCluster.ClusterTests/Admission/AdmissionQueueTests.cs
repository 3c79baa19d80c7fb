using CellVitCluster.Cluster.Admission;

namespace CellVitCluster.ClusterTests.Admission;

public class AdmissionQueueTests
{
    [Fact]
    public void Priority_goes_before_shares_and_shares_before_the_order()
    {
        WaitingWork[] waiting = [Work("a", 0, 1), Work("b", 0, 2), Work("a", 2, 3)];

        AdmissionQueue.Next(waiting, [], 4).ShouldBe(waiting[2]);
        AdmissionQueue.Next(waiting[..2], [], 4).ShouldBe(waiting[0]);
        AdmissionQueue.Next(waiting[..2], [new TakenPlace("a", 0)], 4).ShouldBe(waiting[1]);
    }

    [Fact]
    public void Urgent_work_finds_a_place_although_routine_work_has_taken_all()
    {
        TakenPlace[] full = [.. Enumerable.Repeat(new TakenPlace("a", 0), 4)];

        AdmissionQueue.Next([Work("b", 0, 1)], full, 4).ShouldBeNull();
        AdmissionQueue.Next([Work("b", 1, 1)], full, 4).ShouldNotBeNull();
        AdmissionQueue.Next([Work("b", 1, 1)], [.. full, .. Enumerable.Repeat(new TakenPlace("a", 2), 4)], 4).ShouldBeNull();
    }

    private static WaitingWork Work(string submitter, int priority, long order) => new(null, new SlideOfBatch(submitter, 0), submitter, priority, order, "/out");
}
