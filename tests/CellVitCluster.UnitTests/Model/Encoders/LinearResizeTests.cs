using CellVitCluster.Model.Encoders;
using CsCheck;

namespace CellVitCluster.UnitTests.Model.Encoders;

public sealed class LinearResizeTests
{
    [Fact]
    public void Places_are_centers_of_samples_clamped_at_both_ends()
    {
        double[,] matrix = LinearResize.Matrix(127, 31);

        // Row 0 lies at 0.5 · 127 / 31 − 0.5 = 1.548387.
        matrix[0, 1].ShouldBe(0.451613, 1e-6);
        matrix[0, 2].ShouldBe(0.548387, 1e-6);
        matrix[15, 63].ShouldBe(1, 1e-12);
        LinearResize.Matrix(2, 8)[0, 0].ShouldBe(1);
        LinearResize.Matrix(2, 8)[7, 1].ShouldBe(1);
    }

    [Fact]
    public void A_ramp_stays_a_ramp_inside()
    {
        Gen.Select(Gen.Int[3, 130], Gen.Int[1, 130]).Sample((source, target) =>
        {
            double[,] matrix = LinearResize.Matrix(source, target);
            for (int row = 0; row < target; row++)
            {
                double place = Math.Clamp(((row + 0.5) * source / target) - 0.5, 0, source - 1);
                Enumerable.Range(0, source).Sum(column => matrix[row, column] * column).ShouldBe(place, 1e-9);
            }
        });
    }
}
