using CellVitCluster.Model.Encoders;
using CsCheck;

namespace CellVitCluster.UnitTests.Model.Encoders;

/// <summary>Check rows of spec/model.md §3.4.</summary>
public sealed class AntialiasedBicubicResizeTests
{
    [Theory]
    [InlineData(14, 64, 0, new[] { 0, 1 }, new[] { 1.1141419, -0.1141419 })]
    [InlineData(14, 64, 31, new[] { 5, 6, 7, 8 }, new[] { -0.0725269, 0.7079372, 0.4110813, -0.0464916 })]
    [InlineData(16, 73, 36, new[] { 6, 7, 8, 9 }, new[] { -0.0625, 0.5625, 0.5625, -0.0625 })]
    [InlineData(16, 73, 72, new[] { 14, 15 }, new[] { -0.1141128, 1.1141128 })]
    public void Rows_equal_the_published_ones(int source, int target, int row, int[] columns, double[] weights)
    {
        double[,] matrix = AntialiasedBicubicResize.Matrix(source, target);

        var expected = new double[source];
        for (int i = 0; i < columns.Length; i++)
        {
            expected[columns[i]] = weights[i];
        }

        for (int column = 0; column < source; column++)
        {
            matrix[row, column].ShouldBe(expected[column], 5e-8);
        }
    }

    [Fact]
    public void Every_row_sums_to_one_in_enlargements_and_reductions()
    {
        Gen.Select(Gen.Int[2, 90], Gen.Int[1, 90]).Sample((source, target) =>
        {
            double[,] matrix = AntialiasedBicubicResize.Matrix(source, target);
            for (int row = 0; row < target; row++)
            {
                Enumerable.Range(0, source).Sum(column => matrix[row, column]).ShouldBe(1, 1e-12);
            }
        });
    }

    [Fact]
    public void The_same_size_is_the_identity()
    {
        double[,] matrix = AntialiasedBicubicResize.Matrix(16, 16);

        for (int row = 0; row < 16; row++)
        {
            for (int column = 0; column < 16; column++)
            {
                matrix[row, column].ShouldBe(row == column ? 1 : 0, 1e-12);
            }
        }
    }
}
