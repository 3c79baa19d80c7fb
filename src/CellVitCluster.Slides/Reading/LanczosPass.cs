using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Slides.Reading;

/// <summary>
/// The two passes of the fixed-point Lanczos resize on interleaved RGB: each output byte is
/// <c>clamp((2²¹ + Σ weight · value) ≫ 22)</c> with 32-bit sums, so vector and scalar code give the same bytes.
/// </summary>
internal static class LanczosPass
{
    private const int Rounding = 1 << (LanczosAxis.PrecisionBits - 1);

    /// <summary>Resizes one row.</summary>
    /// <param name="source">3 bytes per input pixel.</param>
    /// <param name="axis">Weights.</param>
    /// <param name="target">Receives 3 bytes per output pixel.</param>
    public static void Row(ReadOnlySpan<byte> source, LanczosAxis axis, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, axis.InputSize * 3, nameof(source));
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, axis.OutputSize * 3, nameof(target));
        ref byte first = ref MemoryMarshal.GetReference(source);
        for (int i = 0; i < axis.OutputSize; i++)
        {
            ReadOnlySpan<int> weights = axis.WeightsOf(i);
            ref byte pixel = ref Unsafe.Add(ref first, axis.Starts[i] * 3);
            Vector128<int> sum = Vector128.Create(Rounding);
            int last = weights.Length - 1;
            for (int j = 0; j < last; j++)
            {
                sum += Widen(Unsafe.ReadUnaligned<uint>(ref pixel)) * weights[j];
                pixel = ref Unsafe.Add(ref pixel, 3);
            }

            // A four-byte load of the last pixel could reach beyond the row.
            uint end = pixel | ((uint)Unsafe.Add(ref pixel, 1) << 8) | ((uint)Unsafe.Add(ref pixel, 2) << 16);
            sum += Widen(end) * weights[last];
            Vector128<int> bytes = Vector128.Min(Vector128.Max(sum >> LanczosAxis.PrecisionBits, Vector128<int>.Zero), Vector128.Create(255));
            target[i * 3] = (byte)bytes.GetElement(0);
            target[(i * 3) + 1] = (byte)bytes.GetElement(1);
            target[(i * 3) + 2] = (byte)bytes.GetElement(2);
        }
    }

    /// <summary>Makes one output row out of several input rows.</summary>
    /// <param name="rows">Input rows one after another, beginning with the first one that has a weight.</param>
    /// <param name="weights">One weight per input row.</param>
    /// <param name="target">Receives the row; its length is the length of an input row.</param>
    public static void Column(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> target)
    {
        int stride = target.Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, stride * weights.Length, nameof(rows));
        ref byte input = ref MemoryMarshal.GetReference(rows);
        ref byte output = ref MemoryMarshal.GetReference(target);
        int x = 0;
        for (; x + Vector256<byte>.Count <= stride; x += Vector256<byte>.Count)
        {
            ColumnBlock(ref Unsafe.Add(ref input, x), stride, weights).StoreUnsafe(ref output, (nuint)x);
        }

        for (; x < stride; x++)
        {
            int sum = Rounding;
            for (int j = 0; j < weights.Length; j++)
            {
                sum += Unsafe.Add(ref input, (j * stride) + x) * weights[j];
            }

            target[x] = (byte)Math.Clamp(sum >> LanczosAxis.PrecisionBits, 0, 255);
        }
    }

    private static Vector256<byte> ColumnBlock(ref byte input, int stride, ReadOnlySpan<int> weights)
    {
        Vector256<int> a = Vector256.Create(Rounding), b = a, c = a, d = a;
        for (int j = 0; j < weights.Length; j++)
        {
            Vector256<int> weight = Vector256.Create(weights[j]);
            (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.LoadUnsafe(ref input, (nuint)(j * stride)));
            (Vector256<uint> low0, Vector256<uint> low1) = Vector256.Widen(low);
            (Vector256<uint> high0, Vector256<uint> high1) = Vector256.Widen(high);
            a += low0.AsInt32() * weight;
            b += low1.AsInt32() * weight;
            c += high0.AsInt32() * weight;
            d += high1.AsInt32() * weight;
        }

        Vector256<ushort> first = Vector256.Narrow(ToByteRange(a), ToByteRange(b));
        Vector256<ushort> second = Vector256.Narrow(ToByteRange(c), ToByteRange(d));
        return Vector256.Narrow(first, second);
    }

    private static Vector256<uint> ToByteRange(Vector256<int> sum) =>
        Vector256.Min(Vector256.Max(sum >> LanczosAxis.PrecisionBits, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();

    private static Vector128<int> Widen(uint rgbx) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(rgbx).AsByte())).AsInt32();
}
