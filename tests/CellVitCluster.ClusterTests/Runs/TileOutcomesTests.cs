using System.Collections;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.ClusterTests.Runs;

/// <summary>Lists of settled tiles that share memory with those they were made of.</summary>
public sealed class TileOutcomesTests
{
    /// <summary>
    /// Runs that are recovered after a restart all begin with the empty list, each on a thread of its own. A run that takes another's tile for its own
    /// holds itself complete when one of its own tiles is missing.
    /// </summary>
    [Fact]
    public void Two_lists_that_begin_with_the_empty_one_at_the_same_time_keep_apart()
    {
        TileOutcomes empty = TileOutcomes.Empty, other = empty;

        // The other run is as far as it can get between the first one's look at the list and its first tile.
        TileOutcomes one = empty.Add(new InterruptedList([Specimens.Done(1)], () => other = empty.Add([Specimens.Done(2)])));

        one.Select(outcome => outcome.Tile).ShouldBe([1]);
        other.Select(outcome => outcome.Tile).ShouldBe([2]);
        TileOutcomes.Empty.ShouldBeEmpty();
    }

    [Fact]
    public void Shorter_list_that_grows_does_not_show_what_a_longer_one_has_added()
    {
        TileOutcomes one = TileOutcomes.Empty.Add([Specimens.Done(1)]);
        TileOutcomes two = one.Add([Specimens.Done(2)]);

        TileOutcomes other = one.Add([Specimens.Done(3)]);

        one.Select(outcome => outcome.Tile).ShouldBe([1]);
        two.Select(outcome => outcome.Tile).ShouldBe([1, 2]);
        other.Select(outcome => outcome.Tile).ShouldBe([1, 3]);
    }

    /// <summary>Something happens before the first item is read.</summary>
    private sealed class InterruptedList(IReadOnlyList<TileOutcome> items, Action interruption) : IReadOnlyList<TileOutcome>
    {
        public int Count => items.Count;

        public TileOutcome this[int index] => items[index];

        public IEnumerator<TileOutcome> GetEnumerator()
        {
            interruption();
            return items.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
