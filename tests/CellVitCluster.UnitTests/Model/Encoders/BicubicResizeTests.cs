using CellVitCluster.Model.Encoders;
using CsCheck;

namespace CellVitCluster.UnitTests.Model.Encoders;

/// <summary>Check rows of spec/model.md §3.2.</summary>
public sealed class BicubicResizeTests
{
    [Theory]
    [InlineData(64, 0, new[] { 0, 1 }, new[] { 1.1087770, -0.1087770 })]
    [InlineData(64, 1, new[] { 0, 1 }, new[] { 1.0885565, -0.0885565 })]
    [InlineData(64, 31, new[] { 5, 6, 7, 8 }, new[] { -0.1095621, 0.7438358, 0.4328417, -0.0671154 })]
    [InlineData(64, 63, new[] { 12, 13 }, new[] { -0.1101933, 1.1101933 })]
    [InlineData(16, 0, new[] { 0, 1 }, new[] { 1.0427411, -0.0427411 })]
    [InlineData(16, 15, new[] { 11, 12, 13 }, new[] { -0.0003467, 0.0170004, 0.9833463 })]
    public void Rows_equal_the_published_ones(int target, int row, int[] sources, double[] weights)
    {
        double[,] matrix = BicubicResize.Matrix(14, target);

        var expected = new double[14];
        for (int i = 0; i < sources.Length; i++)
        {
            expected[sources[i]] = weights[i];
        }

        for (int source = 0; source < 14; source++)
        {
            matrix[row, source].ShouldBe(expected[source], 5e-8);
        }
    }

    [Fact]
    public void Every_row_sums_to_one_so_that_a_constant_table_stays_constant()
    {
        Gen.Select(Gen.Int[2, 40], Gen.Int[1, 90]).Sample((source, target) =>
        {
            double[,] matrix = BicubicResize.Matrix(source, target);
            for (int row = 0; row < target; row++)
            {
                Enumerable.Range(0, source).Sum(column => matrix[row, column]).ShouldBe(1, 1e-12);
            }
        });
    }
}
