using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.ClusterTests.Workers;

public sealed class WorkQueueTests
{
    private readonly WorkQueue _queue = new();

    [Fact]
    public void Nodes_that_keep_the_books_take_turns_and_each_keeps_its_order()
    {
        Add("a", 0, 1, 2, 3, 4);
        Add("b", 0, 11, 12);

        Begin(6).ShouldBe([1, 11, 2, 12, 3, 4]);
    }

    [Fact]
    public void Node_that_comes_later_is_not_behind_what_waits_already()
    {
        Add("a", 0, 1, 2, 3, 4, 5, 6);
        Begin(3).ShouldBe([1, 2, 3]);

        Add("b", 0, 11, 12);

        Begin(5).ShouldBe([4, 11, 5, 12, 6]);
    }

    [Fact]
    public void Higher_classes_go_first_whatever_the_node()
    {
        Add("a", 0, 1, 2);
        Add("b", 2, 11, 12);

        Begin(4).ShouldBe([11, 12, 1, 2]);
    }

    [Fact]
    public void Survey_does_not_wait_for_tiles_and_only_one_is_begun_at_once()
    {
        Add("a", 0, 1, 2);
        Add("a", 0, WorkGrant.Survey, WorkGrant.Survey);

        Begin(4).ShouldBe([WorkGrant.Survey, 1, 2]);
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(7, 7)]
    [InlineData(16, 33)]
    public void While_both_have_work_no_node_is_ahead_by_more_than_one_tile(int first, int second)
    {
        int[] ofFirst = [.. Enumerable.Range(0, first)], ofSecond = [.. Enumerable.Range(100, second)];
        Add("a", 0, ofFirst);
        Add("b", 0, ofSecond);

        List<int> begun = Begin(first + second);

        for (int n = 1; n <= 2 * Math.Min(first, second); n++)
        {
            int lead = begun.Take(n).Sum(tile => tile < 100 ? 1 : -1);
            Math.Abs(lead).ShouldBeLessThanOrEqualTo(1);
        }

        begun.Where(tile => tile < 100).ShouldBe(ofFirst);
        begun.Where(tile => tile >= 100).ShouldBe(ofSecond);
    }

    private void Add(string home, int priority, params int[] tiles)
    {
        foreach (int tile in tiles)
        {
            _queue.Add(new WorkHolding(Specimens.Specification(), tile == WorkGrant.Survey ? null : Specimens.Grid().ToGrid(), tile), priority, home);
        }
    }

    private List<int> Begin(int count)
    {
        var begun = new List<int>();
        while (begun.Count < count && _queue.TryBegin(int.MaxValue, out WorkHolding? holding))
        {
            begun.Add(holding.Tile);
        }

        return begun;
    }
}
