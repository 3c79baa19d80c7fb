using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Inference.Classification;

/// <summary>Half to single precision, several numbers at a time; exact, like the cast, which costs as much as the layer it feeds.</summary>
internal static class HalfPrecision
{
    private const uint SignMask = 0x8000;
    private const uint MagnitudeMask = 0x7FFF;
    private const uint HalfInfinity = 0x7C00;
    private const int MantissaShift = 13;
    private const uint SingleExponent = 0x7F80_0000;

    /// <summary>2^112: the distance between the exponents' biases. Multiplying by it also normalizes what half precision stores denormal.</summary>
    private const float Rebias = 5.192296858534828e33f;

    /// <summary>Widens numbers.</summary>
    /// <param name="source">Any values.</param>
    /// <param name="target">At least as long.</param>
    public static void Widen(ReadOnlySpan<Half> source, Span<float> target)
    {
        ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<Half, ushort>(source);
        ref ushort input = ref MemoryMarshal.GetReference(bits);
        int i = 0;
        for (; i <= bits.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
        {
            var halves = Vector128.LoadUnsafe(ref input, (nuint)i);
            Widen(Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves))).CopyTo(target[i..]);
        }

        for (; i < bits.Length; i++)
        {
            target[i] = (float)source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Widen(Vector256<uint> bits)
    {
        Vector256<uint> magnitude = bits & Vector256.Create(MagnitudeMask);
        Vector256<uint> finite = ((magnitude << MantissaShift).AsSingle() * Vector256.Create(Rebias)).AsUInt32();
        Vector256<uint> special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(HalfInfinity)) & Vector256.Create(SingleExponent);
        return (finite | special | ((bits & Vector256.Create(SignMask)) << 16)).AsSingle();
    }
}
