namespace CellVitCluster.Slides.Reading;

/// <summary>
/// Weights of one axis of a Lanczos (a = 3) resize in 22-bit fixed point, as Pillow computes them for 8-bit pictures. Output pixel i is the
/// weighted sum of the input pixels <c>Starts[i] … Starts[i] + Counts[i] − 1</c>. Immutable. Source: spec/inference.md §7.2.
/// </summary>
internal sealed class LanczosAxis
{
    /// <summary>Fraction bits of a weight.</summary>
    public const int PrecisionBits = 22;

    private const double Lobes = 3;

    private readonly int[] _weights;

    /// <summary>Computes the weights.</summary>
    /// <param name="inputSize">Existing input pixels.</param>
    /// <param name="inputExtent">Extent of the input that is mapped to the output, in input px; at most <paramref name="inputSize"/>, may be fractional.</param>
    /// <param name="outputSize">Output pixels.</param>
    public LanczosAxis(int inputSize, double inputExtent, int outputSize)
    {
        InputSize = inputSize;
        OutputSize = outputSize;
        IsIdentity = inputSize == outputSize && inputExtent == inputSize;

        // Pillow hands the extent over in single precision.
        double scale = (float)inputExtent / (double)outputSize;
        double filterScale = Math.Max(scale, 1);
        double support = Lobes * filterScale;
        MaxTaps = ((int)Math.Ceiling(support) * 2) + 1;
        Starts = new int[outputSize];
        Counts = new int[outputSize];
        _weights = new int[outputSize * MaxTaps];
        Span<double> taps = new double[MaxTaps];
        for (int i = 0; i < outputSize; i++)
        {
            double center = (i + 0.5) * scale;
            int start = Math.Max((int)(center - support + 0.5), 0);
            int count = Math.Min((int)(center + support + 0.5), inputSize) - start;
            Starts[i] = start;
            Counts[i] = count;
            Span<double> own = taps[..count];
            FillTaps(own, start - center + 0.5, 1 / filterScale);
            Quantize(own, _weights.AsSpan(i * MaxTaps, count));
        }
    }

    /// <summary>Input pixels.</summary>
    public int InputSize { get; }

    /// <summary>Output pixels.</summary>
    public int OutputSize { get; }

    /// <summary>Whether the axis changes nothing, so that its pass can be left out.</summary>
    public bool IsIdentity { get; }

    /// <summary>Most input pixels that one output pixel needs.</summary>
    public int MaxTaps { get; }

    /// <summary>First input pixel of each output pixel; never decreasing.</summary>
    public int[] Starts { get; }

    /// <summary>Number of input pixels of each output pixel.</summary>
    public int[] Counts { get; }

    /// <summary>Weights of an output pixel, one per input pixel, in units of 2⁻²².</summary>
    public ReadOnlySpan<int> WeightsOf(int output) => _weights.AsSpan(output * MaxTaps, Counts[output]);

    private static void FillTaps(Span<double> taps, double firstOffset, double inverseScale)
    {
        double sum = 0;
        for (int j = 0; j < taps.Length; j++)
        {
            taps[j] = Lanczos((j + firstOffset) * inverseScale);
            sum += taps[j];
        }

        if (sum == 0)
        {
            return;
        }

        for (int j = 0; j < taps.Length; j++)
        {
            taps[j] /= sum;
        }
    }

    private static void Quantize(ReadOnlySpan<double> taps, Span<int> weights)
    {
        for (int j = 0; j < taps.Length; j++)
        {
            double scaled = taps[j] * (1 << PrecisionBits);
            weights[j] = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
    }

    private static double Lanczos(double x) => x is >= -Lobes and < Lobes ? Sinc(x) * Sinc(x / Lobes) : 0;

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
