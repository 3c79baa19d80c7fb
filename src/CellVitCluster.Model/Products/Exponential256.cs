using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Model.Products;

/// <summary>Registers of 256 bits.</summary>
internal readonly struct Exponential256 : IExponential<Vector256<float>>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> power)
    {
        Vector256<float> x = Vector256.MaxNative(Vector256.Create(ExponentialSeries.Lowest), power);
        Vector256<float> shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(ExponentialSeries.LogOfE), Vector256.Create(ExponentialSeries.Rounder));
        Vector256<float> n = shifted - Vector256.Create(ExponentialSeries.Rounder);
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-ExponentialSeries.HighLogOf2), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-ExponentialSeries.LowLogOf2), r);
        Vector256<float> p = Vector256.Create(ExponentialSeries.P0);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(ExponentialSeries.P1));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(ExponentialSeries.P2));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(ExponentialSeries.P3));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(ExponentialSeries.P4));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(ExponentialSeries.P5));
        p = Vector256.FusedMultiplyAdd(p, r * r, r) + Vector256<float>.One;

        // The integer is in the low bits of the shifted number; moved to the exponent's place it multiplies by 2^n.
        return (p.AsInt32() + Vector256.ShiftLeft(shifted.AsInt32(), 23)).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> value) => Vector256.Sum(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector256<float> value)
    {
        Vector128<float> four = Vector128.MaxNative(value.GetLower(), value.GetUpper());
        Vector128<float> two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(two.GetElement(0), two.GetElement(1));
    }
}
