using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Geometry;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Separation;

public sealed class SobelFilterTests
{
    [Fact]
    public void Kernels_are_those_of_the_specification()
    {
        var kernel = new SobelKernel(21);
        kernel.Derivative.ShouldBe([0, 16796, 25194, 23256, 15504, 7752, 2907, 798, 152, 18, 1]);
        kernel.Smoothing.ShouldBe([184756, 167960, 125970, 77520, 38760, 15504, 4845, 1140, 190, 20, 1]);
        new SobelKernel(11).Derivative.ShouldBe([0, 42, 48, 27, 8, 1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(33)]
    public void Kernel_sizes_without_exact_weights_are_refused(int size) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new SobelKernel(size));

    [Fact]
    public void Responses_equal_the_plain_double_sum() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 40], Gen.Int[0, int.MaxValue]).Sample(
            (width, height, seed) =>
            {
                FloatMap map = Noise(width, height, seed);
                FramedBuffer actual = Buffer(width, height);
                new SobelFilter<double>(11).AlongX(map, null, new TileRect(0, 0, width, height), actual);
                for (int y = 0; y < height; y += 3)
                {
                    for (int x = 0; x < width; x += 3)
                    {
                        actual.Row(y)[x].ShouldBe(Plain(map, x, y), 1e-6);
                    }
                }
            },
            iter: 30);

    [Fact]
    public void Single_precision_differs_by_a_millionth_of_the_largest_response() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 40], Gen.Int[0, int.MaxValue]).Sample(
            (width, height, seed) =>
            {
                FloatMap map = Noise(width, height, seed);
                var all = new TileRect(0, 0, width, height);
                FramedBuffer exact = Buffer(width, height), single = Buffer(width, height);
                (double low, double high) = new SobelFilter<double>(21).AlongX(map, null, all, exact);
                new SobelFilter<float>(21).AlongX(map, null, all, single);
                for (int y = 0; y < height; y++)
                {
                    for (int x = 0; x < width; x++)
                    {
                        single.Row(y)[x].ShouldBe(exact.Row(y)[x], Math.Max(1e4, 2e-6 * Math.Max(high, -low)));
                    }
                }
            },
            iter: 30);

    [Fact]
    public void A_region_has_the_bits_of_the_whole_image() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 70], Gen.Int[0, int.MaxValue]).Sample(
            (width, height, seed) =>
            {
                FloatMap map = Noise(width, height, seed);
                var random = new Random(seed);
                int left = random.Next(width), top = random.Next(height);
                var region = new TileRect(left, top, 1 + random.Next(width - left), 1 + random.Next(height - top));
                FramedBuffer whole = Buffer(width, height), part = Buffer(width, height);
                var filter = new SobelFilter<double>(21);
                filter.AlongY(map, null, new TileRect(0, 0, width, height), whole);
                (double low, double high) = filter.AlongY(map, null, region, part);
                double seenLow = double.MaxValue, seenHigh = double.MinValue;
                for (int y = region.Y; y < region.Bottom; y++)
                {
                    Span<double> row = part.Row(y)[region.X..region.Right];
                    row.SequenceEqual(whole.Row(y)[region.X..region.Right]).ShouldBeTrue();
                    seenLow = Math.Min(seenLow, row.ToArray().Min());
                    seenHigh = Math.Max(seenHigh, row.ToArray().Max());
                }

                (low, high).ShouldBe((seenLow, seenHigh));
            },
            iter: 60);

    private static double Plain(FloatMap map, int x, int y)
    {
        var kernel = new SobelKernel(11);
        double sum = 0;
        for (int dy = -5; dy <= 5; dy++)
        {
            for (int dx = -5; dx <= 5; dx++)
            {
                double weight = Math.Sign(dx) * kernel.Derivative[Math.Abs(dx)] * kernel.Smoothing[Math.Abs(dy)];
                sum += weight * map.Row(Reflection.Inside(y + dy, map.Height))[Reflection.Inside(x + dx, map.Width)];
            }
        }

        return sum;
    }

    private static FloatMap Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        return new FloatMap([.. Enumerable.Range(0, width * height).Select(_ => random.NextSingle() - 0.5f)], width, height);
    }

    private static FramedBuffer Buffer(int width, int height) => new(new double[(width + 2) * (height + 2)], width);
}
