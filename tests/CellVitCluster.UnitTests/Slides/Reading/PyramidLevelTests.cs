using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Reading;

namespace CellVitCluster.UnitTests.Slides.Reading;

public sealed class PyramidLevelTests
{
    private static readonly SlideLevel[] Levels = [new(11952, 10249, 1), new(2988, 2562, 4.0001951600312253), new(747, 640, 16.01)];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3.9, 0)]
    [InlineData(4, 1)]
    [InlineData(15, 1)]
    [InlineData(16, 2)]
    [InlineData(100, 2)]
    public void A_level_is_used_although_the_scanner_rounded_its_size(double downsample, int expected) =>
        PyramidLevel.Best(Levels, downsample, CompatibilityMode.Default).ShouldBe(expected);

    [Fact]
    public void The_published_choice_knows_no_tolerance() =>
        PyramidLevel.Best(Levels, 4, CompatibilityMode.Reference).ShouldBe(0);
}
