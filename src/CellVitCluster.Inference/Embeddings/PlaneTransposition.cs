using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CellVitCluster.Inference.Embeddings;

/// <summary>
/// Feature planes to token rows: <c>[features, tokens]</c> to <c>[tokens, stride]</c>. With AVX by squares of 8 × 8 values that are turned in
/// registers; elsewhere value by value. Pure, thread-safe.
/// </summary>
internal static class PlaneTransposition
{
    private const int Side = 8;

    /// <summary>
    /// Tokens of one pass over the planes: a few cache lines of each plane, read to their ends. Planes of 64 × 64 tokens compete for the same
    /// places of the first-level cache, which has eight of each.
    /// </summary>
    private const int TokensAtOnce = 64;

    /// <summary>Changes the layout.</summary>
    /// <param name="source"><c>[features, tokens]</c>.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="tokens">Number of tokens.</param>
    /// <param name="target">Receives <c>[tokens, stride]</c>; what lies behind the features of a row stays.</param>
    /// <param name="stride">Distance of the rows, at least the number of features.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Transpose(ReadOnlySpan<float> source, int features, int tokens, Span<float> target, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, features * tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, features);
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, tokens * stride);
        int squareFeatures = Avx.IsSupported ? features - (features % Side) : 0;
        int squareTokens = tokens - (tokens % Side);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        for (int first = 0; first < squareTokens; first += TokensAtOnce)
        {
            int end = Math.Min(first + TokensAtOnce, squareTokens);
            for (int feature = 0; feature < squareFeatures; feature += Side)
            {
                for (int token = first; token < end; token += Side)
                {
                    Turn(
                        ref Unsafe.Add(ref from, (nuint)((feature * tokens) + token)),
                        (nuint)tokens,
                        ref Unsafe.Add(ref to, (nuint)((token * stride) + feature)),
                        (nuint)stride);
                }
            }
        }

        CopyEach(source, tokens, 0..squareFeatures, squareTokens..tokens, target, stride);
        CopyEach(source, tokens, squareFeatures..features, 0..tokens, target, stride);
    }

    private static void CopyEach(ReadOnlySpan<float> source, int tokens, Range features, Range taken, Span<float> target, int stride)
    {
        for (int token = taken.Start.Value; token < taken.End.Value; token++)
        {
            for (int feature = features.Start.Value; feature < features.End.Value; feature++)
            {
                target[(token * stride) + feature] = source[(feature * tokens) + token];
            }
        }
    }

    /// <summary>One square: pairs of values change places, then pairs of pairs, then halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref float from, nuint fromStride, ref float to, nuint toStride)
    {
        var row0 = Vector256.LoadUnsafe(ref from);
        var row1 = Vector256.LoadUnsafe(ref from, fromStride);
        var row2 = Vector256.LoadUnsafe(ref from, 2 * fromStride);
        var row3 = Vector256.LoadUnsafe(ref from, 3 * fromStride);
        var row4 = Vector256.LoadUnsafe(ref from, 4 * fromStride);
        var row5 = Vector256.LoadUnsafe(ref from, 5 * fromStride);
        var row6 = Vector256.LoadUnsafe(ref from, 6 * fromStride);
        var row7 = Vector256.LoadUnsafe(ref from, 7 * fromStride);

        (Vector256<double> low01, Vector256<double> high01) = Interleave(row0, row1);
        (Vector256<double> low23, Vector256<double> high23) = Interleave(row2, row3);
        (Vector256<double> low45, Vector256<double> high45) = Interleave(row4, row5);
        (Vector256<double> low67, Vector256<double> high67) = Interleave(row6, row7);

        // Columns 0 and 4, 1 and 5, 2 and 6, 3 and 7 of the upper and of the lower four rows.
        (Vector256<float> upper04, Vector256<float> upper15) = Interleave(low01, low23);
        (Vector256<float> upper26, Vector256<float> upper37) = Interleave(high01, high23);
        (Vector256<float> lower04, Vector256<float> lower15) = Interleave(low45, low67);
        (Vector256<float> lower26, Vector256<float> lower37) = Interleave(high45, high67);

        const byte LowerHalves = 0x20, UpperHalves = 0x31;
        Avx.Permute2x128(upper04, lower04, LowerHalves).StoreUnsafe(ref to);
        Avx.Permute2x128(upper15, lower15, LowerHalves).StoreUnsafe(ref to, toStride);
        Avx.Permute2x128(upper26, lower26, LowerHalves).StoreUnsafe(ref to, 2 * toStride);
        Avx.Permute2x128(upper37, lower37, LowerHalves).StoreUnsafe(ref to, 3 * toStride);
        Avx.Permute2x128(upper04, lower04, UpperHalves).StoreUnsafe(ref to, 4 * toStride);
        Avx.Permute2x128(upper15, lower15, UpperHalves).StoreUnsafe(ref to, 5 * toStride);
        Avx.Permute2x128(upper26, lower26, UpperHalves).StoreUnsafe(ref to, 6 * toStride);
        Avx.Permute2x128(upper37, lower37, UpperHalves).StoreUnsafe(ref to, 7 * toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Low, Vector256<double> High) Interleave(Vector256<float> a, Vector256<float> b) =>
        (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackHigh(a, b).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Interleave(Vector256<double> a, Vector256<double> b) =>
        (Avx.UnpackLow(a, b).AsSingle(), Avx.UnpackHigh(a, b).AsSingle());
}
