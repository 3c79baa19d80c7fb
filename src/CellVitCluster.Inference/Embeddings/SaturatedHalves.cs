using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Inference.Embeddings;

/// <summary>
/// Single to half precision, eight values at a time: nearest, ties to even, values beyond the range of fp16 saturated to its largest finite
/// ones; the bits of <c>(Half)Math.Clamp(value, Half.MinValue, Half.MaxValue)</c>, on every processor. Pure, thread-safe.
/// </summary>
internal static class SaturatedHalves
{
    private const int MantissaBits = 23;
    private const int DroppedBits = 13;
    private const uint SingleExponent = 0x7F80_0000;
    private const uint SingleSign = 0x8000_0000;

    /// <summary>Exponent field of 2⁻¹⁴, the smallest normal half: below it the distance of two halves stays the same.</summary>
    private const uint SmallestNormal = (127u - 14) << MantissaBits;

    /// <summary>Converts.</summary>
    /// <param name="source">Values; a NaN stays one.</param>
    /// <param name="target">Receives as many.</param>
    /// <exception cref="ArgumentException">The target is shorter.</exception>
    public static void Convert(ReadOnlySpan<float> source, Span<Half> target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, source.Length);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<Half, ushort>(target));
        int i = 0;
        for (; i <= source.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var values = Vector256.LoadUnsafe(ref from, (nuint)i);
            if (Vector256.EqualsAll(values, values))
            {
                Convert(values).StoreUnsafe(ref to, (nuint)i);
            }
            else
            {
                ConvertEach(source.Slice(i, Vector256<float>.Count), target[i..]);
            }
        }

        ConvertEach(source[i..], target[i..]);
    }

    /// <summary>
    /// Adds the power of two whose last place is that of the half, so that the addition rounds; what it added comes off again as an integer.
    /// </summary>
    /// <param name="values">No NaN.</param>
    private static Vector128<ushort> Convert(Vector256<float> values)
    {
        Vector256<uint> sign = (values.AsUInt32() & Vector256.Create(SingleSign)) >>> 16;
        var magnitude = Vector256.Min(Vector256.Abs(values), Vector256.Create((float)Half.MaxValue));
        Vector256<uint> exponent = Vector256.Max(magnitude.AsUInt32() & Vector256.Create(SingleExponent), Vector256.Create(SmallestNormal));
        Vector256<uint> rounder = exponent + Vector256.Create((uint)DroppedBits << MantissaBits);
        Vector256<uint> mantissa = (magnitude + rounder.AsSingle()).AsUInt32() - rounder;
        Vector256<uint> half = (((exponent - Vector256.Create(SmallestNormal)) >>> DroppedBits) + mantissa) | sign;
        return Vector128.Narrow(half.GetLower(), half.GetUpper());
    }

    private static void ConvertEach(ReadOnlySpan<float> source, Span<Half> target)
    {
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = (Half)Math.Clamp(source[i], (float)Half.MinValue, (float)Half.MaxValue);
        }
    }
}
