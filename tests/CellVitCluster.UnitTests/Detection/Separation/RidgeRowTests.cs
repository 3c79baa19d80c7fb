using CellVitCluster.Detection.Separation;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Separation;

public sealed class RidgeRowTests
{
    [Fact]
    public void Rows_of_all_lengths_have_the_bits_of_the_rule_pixel_by_pixel() =>
        Gen.Select(Gen.Int[0, 70], Gen.Int[0, int.MaxValue], Gen.Double[0, 1]).Sample(
            (length, seed, threshold) =>
            {
                var random = new Random(seed);
                float[] alongX = Responses(random, length), alongY = Responses(random, length);
                byte[] foreground = [.. Enumerable.Range(0, length).Select(_ => (byte)(random.Next(3) > 0 ? 1 : 0))];
                var scalingX = MinMaxScaling.Of(-50 - random.NextDouble(), 70);
                var scalingY = MinMaxScaling.Of(-40, 60 + random.NextDouble());
                var rule = new RidgeRow(scalingX, scalingY, threshold);
                double[] expectedDepths = new double[length];
                byte[] expectedMarkers = new byte[length];
                for (int i = 0; i < length; i++)
                {
                    float ridgeX = 1f - scalingX.Apply((double)alongX[i]);
                    float ridgeY = 1f - scalingY.Apply((double)alongY[i]);
                    double ridge = Math.Max(Math.Max(ridgeX, ridgeY), 0f);
                    expectedDepths[i] = foreground[i] == 0 ? 0 : 1 - ridge;
                    expectedMarkers[i] = foreground[i] == 0 || ridge >= threshold ? (byte)0 : (byte)1;
                }

                double[] depths = new double[length];
                byte[] markers = new byte[length];
                rule.Combine<float>(alongX, alongY, foreground, depths, markers);
                (depths, markers).ShouldSatisfyAllConditions(
                    () => depths.ShouldBe(expectedDepths),
                    () => markers.ShouldBe(expectedMarkers));

                // In double precision, and in place.
                double[] inPlace = [.. alongX.Select(value => (double)value)];
                rule.Combine<double>(inPlace, [.. alongY.Select(value => (double)value)], foreground, inPlace, markers);
                inPlace.ShouldBe(expectedDepths);
                markers.ShouldBe(expectedMarkers);
            },
            iter: 200);

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.5)]
    [InlineData(0.1 + 0.2)]
    public void A_ridge_is_a_marker_up_to_the_last_single_precision_number_below_the_threshold(double threshold)
    {
        // A range of −1 … 0 makes the response the ridge, with the sign turned.
        var rule = new RidgeRow(MinMaxScaling.Of(-1, 0), MinMaxScaling.Of(-1, 0), threshold);
        float nearest = (float)threshold;
        float[] ridges = [nearest, MathF.BitIncrement(nearest), MathF.BitDecrement(nearest)];
        float[] responses = [.. ridges.Select(ridge => -ridge), .. new float[6]];
        byte[] markers = new byte[responses.Length];
        double[] depths = new double[responses.Length];

        rule.Combine<float>(responses, responses, [.. Enumerable.Repeat((byte)1, responses.Length)], depths, markers);

        for (int i = 0; i < responses.Length; i++)
        {
            markers[i].ShouldBe(1 - depths[i] >= threshold ? (byte)0 : (byte)1);
        }
    }

    [Fact]
    public void Rows_of_different_lengths_are_refused() =>
        Should.Throw<ArgumentException>(() => new RidgeRow(MinMaxScaling.Of(0, 1), MinMaxScaling.Of(0, 1), 0.5)
            .Combine<float>(new float[9], new float[9], new byte[9], new double[8], new byte[9]));

    /// <summary>With values beyond the ranges, and some that are no numbers.</summary>
    private static float[] Responses(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => random.Next(20) == 0 ? float.NaN : (random.NextSingle() * 200) - 100)];
}
