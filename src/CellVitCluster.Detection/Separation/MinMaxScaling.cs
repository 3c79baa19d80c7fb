using System.Numerics;
using System.Runtime.InteropServices;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Maps a range of values to 0 … 1 with the roundings of spec/inference.md §9.2: factor and offset are single precision, single values are
/// scaled with one fused operation, double values in double precision and then rounded.
/// </summary>
internal readonly record struct MinMaxScaling
{
    private MinMaxScaling(float factor, float offset)
    {
        Factor = factor;
        Offset = offset;
    }

    /// <summary>Multiplier.</summary>
    public float Factor { get; }

    /// <summary>Added after multiplying.</summary>
    public float Offset { get; }

    /// <summary>Scaling of the range; an empty range maps everything to 0.</summary>
    public static MinMaxScaling Of(double low, double high)
    {
        const double SmallestRange = 2.220446049250313e-16; // 2^-52
        float factor = high - low > SmallestRange ? (float)(1 / (high - low)) : 0;
        return new MinMaxScaling(factor, 0f - (float)(low * factor));
    }

    /// <summary>Scaling of the range that the values span.</summary>
    public static MinMaxScaling Of(ReadOnlySpan<float> values)
    {
        float low = float.MaxValue, high = float.MinValue;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var lows = new Vector<float>(float.MaxValue);
        var highs = new Vector<float>(float.MinValue);
        foreach (Vector<float> vector in vectors)
        {
            lows = Vector.Min(lows, vector);
            highs = Vector.Max(highs, vector);
        }

        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            low = Math.Min(low, lows[lane]);
            high = Math.Max(high, highs[lane]);
        }

        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return Of((double)low, high);
    }

    /// <summary>Scales a single-precision value.</summary>
    public float Apply(float value) => MathF.FusedMultiplyAdd(value, Factor, Offset);

    /// <summary>Scales a double-precision value and rounds it.</summary>
    public float Apply(double value) => (float)((value * Factor) + Offset);
}
