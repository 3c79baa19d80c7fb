using CellVitCluster.Domain.Runs;
using CellVitCluster.Slides.Reading;

namespace CellVitCluster.UnitTests.Slides.Reading;

public sealed class BackgroundTestTests
{
    [Theory]
    [InlineData(1024)]
    [InlineData(512)]
    [InlineData(1600)]
    public void By_default_one_percent_of_the_read_pixels_keeps_a_tile(int side)
    {
        int pixels = side * side;

        int least = BackgroundTest.MinTissuePixels(side, CompatibilityMode.Default);

        ((pixels - least) / (double)pixels).ShouldBeLessThanOrEqualTo(0.99);
        ((pixels - least + 1) / (double)pixels).ShouldBeGreaterThan(0.99);
    }

    [Theory]
    [InlineData(1024, 10486)]
    [InlineData(512, 10486)]
    [InlineData(1600, 10486)]
    public void The_published_rule_relates_the_count_to_a_full_tile(int side, int expected)
    {
        // bg = (count + 1024² − ps²) / 1024² = 1 − tissue / 1024², so the same number of tissue pixels whatever was read.
        BackgroundTest.MinTissuePixels(side, CompatibilityMode.Reference).ShouldBe(expected);
    }
}
