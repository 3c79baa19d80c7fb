using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Geometry;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Separation;

public sealed class SobelStripTests
{
    [Fact]
    public void Wanted_pixels_have_the_bits_of_the_sum_from_the_center_outwards_wherever_the_strip_lies() =>
        Gen.Select(Gen.Int[1, 400], Gen.Int[1, 50], Gen.Int[0, int.MaxValue], Gen.Bool).Sample(
            (width, height, seed, alongX) =>
            {
                var random = new Random(seed);
                var kernel = new SobelKernel(random.Next(2) == 0 ? 21 : 11);
                var map = new FloatMap([.. Enumerable.Range(0, width * height).Select(_ => random.NextSingle() - 0.5f)], width, height);
                int left = random.Next(width), top = random.Next(height);
                var area = new TileRect(
                    left, top, 1 + random.Next(Math.Min(SobelStrip<float>.Width, width - left)), 1 + random.Next(height - top));
                var strip = new SobelStrip<float>(kernel, alongX);
                strip.Begin(map, null, area);
                for (int y = area.Y; y < area.Bottom; y++)
                {
                    byte[] wanted = [.. Enumerable.Range(0, area.Width).Select(_ => (byte)(random.Next(30) == 0 ? 1 : 0))];
                    ReadOnlySpan<float> responses = strip.Next(wanted);
                    for (int x = area.X; x < area.Right; x++)
                    {
                        if (wanted[x - area.X] != 0)
                        {
                            responses[x - area.X].ShouldBe(Plain(map, kernel, alongX, x, y));
                        }
                    }
                }
            },
            iter: 60);

    private static float Plain(FloatMap map, SobelKernel kernel, bool alongX, int x, int y)
    {
        float FilteredAlongX(int row)
        {
            ReadOnlySpan<float> source = map.Row(Reflection.Inside(row, map.Height));
            double[] inner = alongX ? kernel.Derivative : kernel.Smoothing;
            float sum = source[x] * (float)inner[0];
            for (int k = 1; k < inner.Length; k++)
            {
                float right = source[Reflection.Inside(x + k, source.Length)], left = source[Reflection.Inside(x - k, source.Length)];
                sum += (alongX ? right - left : right + left) * (float)inner[k];
            }

            return sum;
        }

        double[] weights = alongX ? kernel.Smoothing : kernel.Derivative;
        float response = FilteredAlongX(y) * (float)weights[0];
        for (int k = 1; k < weights.Length; k++)
        {
            float below = FilteredAlongX(y + k), above = FilteredAlongX(y - k);
            response += (alongX ? below + above : below - above) * (float)weights[k];
        }

        return response;
    }
}
