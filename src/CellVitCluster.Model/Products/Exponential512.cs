using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Model.Products;

/// <summary>Registers of 512 bits.</summary>
internal readonly struct Exponential512 : IExponential<Vector512<float>>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> power)
    {
        Vector512<float> x = Vector512.MaxNative(Vector512.Create(ExponentialSeries.Lowest), power);
        Vector512<float> shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(ExponentialSeries.LogOfE), Vector512.Create(ExponentialSeries.Rounder));
        Vector512<float> n = shifted - Vector512.Create(ExponentialSeries.Rounder);
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-ExponentialSeries.HighLogOf2), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-ExponentialSeries.LowLogOf2), r);
        Vector512<float> p = Vector512.Create(ExponentialSeries.P0);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(ExponentialSeries.P1));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(ExponentialSeries.P2));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(ExponentialSeries.P3));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(ExponentialSeries.P4));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(ExponentialSeries.P5));
        p = Vector512.FusedMultiplyAdd(p, r * r, r) + Vector512<float>.One;

        // The integer is in the low bits of the shifted number; moved to the exponent's place it multiplies by 2^n.
        return (p.AsInt32() + Vector512.ShiftLeft(shifted.AsInt32(), 23)).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value) => Vector512.Sum(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> value) =>
        Exponential256.Largest(Vector256.MaxNative(value.GetLower(), value.GetUpper()));
}
