using CellVitCluster.Evaluation.Pairing;
using CsCheck;

namespace CellVitCluster.UnitTests.Evaluation.Pairing;

public sealed class LinearAssignmentTests
{
    [Fact]
    public void The_sum_of_costs_is_the_smallest_of_all_assignments() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[-9, 9].Array[36]).Sample(
            (rows, columns, values) =>
            {
                double[] costs = [.. values.Take(rows * columns).Select(v => (double)v)];

                int[] assigned = LinearAssignment.Solve(costs, rows, columns);

                int[] used = [.. assigned.Where(column => column >= 0)];
                used.Length.ShouldBe(Math.Min(rows, columns));
                used.Distinct().Count().ShouldBe(used.Length);
                assigned.Select((column, row) => column < 0 ? 0 : costs[(row * columns) + column]).Sum().ShouldBe(Smallest(costs, rows, columns));
            },
            iter: 2000);

    [Fact]
    public void Nothing_is_assigned_when_a_side_is_empty()
    {
        LinearAssignment.Solve([], 0, 5).ShouldBeEmpty();
        LinearAssignment.Solve([], 3, 0).ShouldBe([-1, -1, -1]);
        Should.Throw<ArgumentException>(() => LinearAssignment.Solve([1.0], 1, 2));
    }

    [Fact]
    public void A_thousand_cells_on_each_side_have_an_optimal_assignment()
    {
        var random = new Random(5);
        int[] partner = [.. Enumerable.Range(0, 1000)];
        random.Shuffle(partner);
        double[] costs = new double[1_000_000];
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i] = partner[i / 1000] == i % 1000 ? random.NextDouble() : 1 + (100 * random.NextDouble());
        }

        LinearAssignment.Solve(costs, 1000, 1000).ShouldBe(partner);
    }

    private static double Smallest(double[] costs, int rows, int columns)
    {
        double Best(int row, int used, int skips)
        {
            if (row == rows)
            {
                return 0;
            }

            double best = skips > 0 ? Best(row + 1, used, skips - 1) : double.PositiveInfinity;
            for (int column = 0; column < columns; column++)
            {
                if ((used >> column & 1) == 0)
                {
                    best = Math.Min(best, costs[(row * columns) + column] + Best(row + 1, used | (1 << column), skips));
                }
            }

            return best;
        }

        return Best(0, 0, Math.Max(0, rows - columns));
    }
}
