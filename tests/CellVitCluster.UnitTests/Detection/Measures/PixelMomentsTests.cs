using CellVitCluster.Detection.Measures;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Measures;

public sealed class PixelMomentsTests
{
    [Fact]
    public void An_ellipse_has_the_direction_in_which_it_was_drawn() =>
        Gen.Select(Gen.Double[0, 180], Gen.Double[12, 30], Gen.Double[1.7, 4], Gen.Double[0, 1]).Sample(
            (degrees, shortAxis, elongation, shift) =>
            {
                double found = Draw(degrees, shortAxis, elongation, shift).OrientationDegrees;

                found.ShouldBeInRange(0, 179.9999999);
                double apart = Math.Abs(found - degrees);
                Math.Min(apart, 180 - apart).ShouldBeLessThan(1);
            },
            iter: 300);

    [Theory]
    [InlineData(8, 1, 0)]
    [InlineData(1, 8, 90)]
    [InlineData(1, 1, 0)]
    [InlineData(6, 6, 0)]
    public void A_rectangle_lies_along_its_longer_side_and_a_square_at_0(int width, int height, float expected)
    {
        var moments = default(PixelMoments);
        for (int y = 0; y < height; y++)
        {
            moments.AddRun(y + 100, 200, 200 + width);
        }

        moments.OrientationDegrees.ShouldBe(expected);
    }

    /// <summary>y points down, so a line to the lower right has a positive slope.</summary>
    [Theory]
    [InlineData(1, 45)]
    [InlineData(-1, 135)]
    public void A_diagonal_line_is_measured_from_x_towards_y(int step, float expected)
    {
        var moments = default(PixelMoments);
        for (int i = 0; i < 9; i++)
        {
            moments.AddRun(100 + (step * i), 50 + i, 51 + i);
        }

        moments.OrientationDegrees.ShouldBe(expected);
    }

    [Fact]
    public void Place_and_order_change_no_bit() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, 2000], Gen.Int[0, 2000]).Sample(
            (seed, right, down) =>
            {
                var random = new Random(seed);
                (int Row, int Start, int Length)[] runs =
                    [.. Enumerable.Range(0, 25).Select(row => (row, random.Next(20), random.Next(1, 30)))];
                var here = default(PixelMoments);
                var there = default(PixelMoments);
                foreach ((int row, int start, int length) in runs)
                {
                    here.AddRun(row, start, start + length);
                }

                foreach ((int row, int start, int length) in runs.Reverse())
                {
                    var pixel = default(PixelMoments);
                    for (int x = start; x < start + length; x++)
                    {
                        pixel.AddRun(row + down, x + right, x + right + 1);
                    }

                    there.Add(pixel);
                }

                there.OrientationDegrees.ShouldBe(here.OrientationDegrees);
                there.Area.ShouldBe(here.Area);
                there.CenterX.ShouldBe(here.CenterX + right, 1e-9);
                there.CenterY.ShouldBe(here.CenterY + down, 1e-9);
            },
            iter: 200);

    /// <summary>The largest tile, and many tiles side by side: no sum may overflow.</summary>
    [Theory]
    [InlineData(2047, 2047)]
    [InlineData(20_000, 3000)]
    public void A_nucleus_as_large_as_can_be_still_has_a_direction(int width, int height)
    {
        var moments = default(PixelMoments);
        for (int y = 0; y < height; y++)
        {
            moments.AddRun(y, 0, width - (y == 0 ? 1 : 0));
        }

        moments.OrientationDegrees.ShouldBe(width > height ? 0 : 45, 1);
    }

    private static PixelMoments Draw(double degrees, double shortAxis, double elongation, double shift)
    {
        const int Side = 260;
        double cos = Math.Cos(degrees * Math.PI / 180), sin = Math.Sin(degrees * Math.PI / 180);
        var moments = default(PixelMoments);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                double dx = x - (Side / 2) - shift, dy = y - (Side / 2);
                double along = ((dx * cos) + (dy * sin)) / (shortAxis * elongation), across = ((dy * cos) - (dx * sin)) / shortAxis;
                if ((along * along) + (across * across) <= 1)
                {
                    moments.AddRun(y, x, x + 1);
                }
            }
        }

        return moments;
    }
}
