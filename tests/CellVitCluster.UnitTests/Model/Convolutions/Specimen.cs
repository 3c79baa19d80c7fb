using CellVitCluster.Model.Convolutions;

namespace CellVitCluster.UnitTests.Model.Convolutions;

/// <summary>A convolution with random maps around 0 with deviation 1, and weights that keep it.</summary>
internal sealed record Specimen(int Batch, int Height, int Width, ConvolutionChannels Channels, bool Rectify, int Seed)
{
    public float[] First { get; private init; } = Normal(Seed, Batch * Height * Width * Channels.First, 1);

    public float[] Second { get; private init; } = Normal(Seed + 1, Batch * Height * Width * Channels.Second, 1);

    private float[] Weights { get; } = Normal(Seed + 2, Channels.Output * Channels.Input * 9, Math.Sqrt(2.0 / (9 * Channels.Input)));

    private float[] Bias { get; } = Normal(Seed + 3, Channels.Output, 1);

    public float[] Run(WinogradTile tile, RegisterWidth? registers, int threads)
    {
        using var convolution = new WinogradConvolution(Weights, Bias, Channels, Rectify, tile, registers);
        float[] output = new float[Batch * Height * Width * Channels.Output];
        convolution.Run(First, Second, output, Batch, Height, Width, threads);
        return output;
    }

    /// <summary>The same without the first rows and columns of a single image with a single map.</summary>
    public Specimen Crop(int rows, int columns)
    {
        int channels = Channels.First;
        IEnumerable<float> kept = Enumerable.Range(rows, Height - rows)
            .SelectMany(y => First.AsSpan(((y * Width) + columns) * channels, (Width - columns) * channels).ToArray());
        return this with { Height = Height - rows, Width = Width - columns, First = [.. kept] };
    }

    /// <summary>The definition, in double precision.</summary>
    public double[] Expected()
    {
        double[] output = new double[Batch * Height * Width * Channels.Output];
        for (int n = 0; n < Batch; n++)
        {
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    for (int o = 0; o < Channels.Output; o++)
                    {
                        double sum = Bias[o];
                        for (int tap = 0; tap < 9; tap++)
                        {
                            (int row, int column) = (y + (tap / 3) - 1, x + (tap % 3) - 1);
                            if (row >= 0 && row < Height && column >= 0 && column < Width)
                            {
                                sum += Tap(o, tap, (((n * Height) + row) * Width) + column);
                            }
                        }

                        output[(((((n * Height) + y) * Width) + x) * Channels.Output) + o] = Rectify ? Math.Max(sum, 0) : sum;
                    }
                }
            }
        }

        return output;
    }

    private double Tap(int output, int tap, int pixel)
    {
        double sum = 0;
        for (int i = 0; i < Channels.Input; i++)
        {
            float value = i < Channels.First ? First[(pixel * Channels.First) + i] : Second[(pixel * Channels.Second) + i - Channels.First];
            sum += (double)value * Weights[(((output * Channels.Input) + i) * 9) + tap];
        }

        return sum;
    }

    private static float[] Normal(int seed, int count, double deviation)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }
}
