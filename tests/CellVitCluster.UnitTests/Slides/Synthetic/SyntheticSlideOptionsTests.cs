using CellVitCluster.Domain.Errors;
using CellVitCluster.Slides.Synthetic;

namespace CellVitCluster.UnitTests.Slides.Synthetic;

public sealed class SyntheticSlideOptionsTests
{
    [Fact]
    public void All_unusable_values_are_named_together()
    {
        var options = new SyntheticSlideOptions { Width = 10, Height = 2_000_000, Seed = 1, NucleiPerSquareMillimeter = double.NaN };

        var error = Should.Throw<ConfigurationException>(options.Validate);

        error.Code.ShouldBe(ErrorCode.ConfigurationInvalid);
        error.What.ShouldContain("10 x 2000000");
        error.Why.ShouldContain("width is 10 px (expected 256 to 1000000)");
        error.Why.ShouldContain("height is 2000000 px");
        error.Why.ShouldContain("density is NaN");
        error.Remedy.ShouldContain("--size");
    }

    [Theory]
    [InlineData(256, 256, 0)]
    [InlineData(1_000_000, 256, 7000)]
    public void Limits_themselves_are_usable(int width, int height, double density) =>
        Should.NotThrow(new SyntheticSlideOptions { Width = width, Height = height, Seed = -1, NucleiPerSquareMillimeter = density }.Validate);
}
