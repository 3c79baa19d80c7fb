using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Tiling;
using CsCheck;

namespace CellVitCluster.UnitTests.Slides.Tiling;

public sealed class ReductionTests
{
    [Theory]
    [InlineData(0.125, 2, 16)]
    [InlineData(0.1625, 1, 25)]
    [InlineData(0.19, 1, 21)]
    [InlineData(0.20, 1, 16)]
    [InlineData(0.226907, 1, 16)]
    [InlineData(0.25, 1, 16)]
    [InlineData(0.30, 1, 16)]
    [InlineData(0.33, 1, 12)]
    [InlineData(0.40, 1, 10)]
    [InlineData(0.46, 1, 9)]
    [InlineData(0.499, 1, 8)]
    [InlineData(0.5032, 1, 8)]
    [InlineData(0.55, 1, 7)]
    [InlineData(0.65, 1, 6)]
    public void Published_table_of_resolutions(double mpp, int downsample, int sixteenths) =>
        Reduction.For(new Mpp(mpp)).ShouldBe(new Reduction(downsample, sixteenths));

    [Theory]
    [InlineData(0.31)]
    [InlineData(0.60)]
    [InlineData(0.70)]
    public void Resolutions_that_the_published_program_rejects_by_mistake_work(double mpp) =>
        EffectiveMpp(mpp).ShouldBe(0.25, 0.02);

    [Fact]
    public void The_network_sees_its_own_resolution_whatever_the_scanner() =>
        Gen.Double[0.05, 0.75].Sample(mpp => EffectiveMpp(mpp) is >= 0.20 - 1e-9 and <= 0.30 + 1e-9);

    [Theory]
    [InlineData(0.0833, 3, 16)]
    [InlineData(0.0625, 4, 16)]
    [InlineData(0.09, 2, 22)]
    [InlineData(0.13406, 2, 16)]
    public void Very_fine_slides_are_reduced_first(double mpp, int downsample, int sixteenths) =>
        Reduction.For(new Mpp(mpp)).ShouldBe(new Reduction(downsample, sixteenths));

    private static double EffectiveMpp(double mpp)
    {
        Reduction reduction = Reduction.For(new Mpp(mpp));
        return mpp * reduction.Downsample * reduction.Sixteenths / 16;
    }
}
