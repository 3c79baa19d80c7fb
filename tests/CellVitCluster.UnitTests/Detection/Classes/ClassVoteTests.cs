using CellVitCluster.Detection.Classes;

namespace CellVitCluster.UnitTests.Detection.Classes;

public sealed class ClassVoteTests
{
    [Theory]
    [InlineData(new[] { 0, 3, 5, 1 }, 2, 5)]
    [InlineData(new[] { 0, 4, 0, 4 }, 1, 4)]
    [InlineData(new[] { 90, 1, 3 }, 2, 3)]
    [InlineData(new[] { 2, 2 }, 1, 2)]
    [InlineData(new[] { 7, 0, 0 }, 0, 7)]
    public void Most_votes_win_the_smaller_id_on_a_tie_and_background_only_alone(int[] histogram, int expected, int count) =>
        ClassVote.Of(histogram).ShouldBe(new ClassVote((byte)expected, count));
}
