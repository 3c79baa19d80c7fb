using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Combines the responses of a row of pixels to the ridge 0 … 1 and takes depths and markers from it (spec/inference.md §9, steps 4 to 7), eight
/// pixels at a time; the same bits on every processor. Immutable.
/// </summary>
internal readonly struct RidgeRow
{
    private readonly MinMaxScaling _alongX;
    private readonly MinMaxScaling _alongY;

    /// <summary>A single-precision ridge is at least this exactly when it is at least the threshold.</summary>
    private readonly float _threshold;

    /// <summary>Rule for all rows of an image.</summary>
    /// <param name="alongX">Scaling of the responses along x.</param>
    /// <param name="alongY">Scaling of the responses along y.</param>
    /// <param name="threshold">Ridge from which on a pixel is no marker.</param>
    public RidgeRow(MinMaxScaling alongX, MinMaxScaling alongY, double threshold)
    {
        _alongX = alongX;
        _alongY = alongY;
        float nearest = (float)threshold;
        _threshold = nearest < threshold ? MathF.BitIncrement(nearest) : nearest;
    }

    /// <summary>Combines a row.</summary>
    /// <typeparam name="T">Precision of the responses: double or float.</typeparam>
    /// <param name="alongX">Responses along x; undefined outside the foreground.</param>
    /// <param name="alongY">Responses along y, as many.</param>
    /// <param name="foreground">Not 0 where a pixel is foreground, as many.</param>
    /// <param name="depths">Receives 1 − ridge, 0 outside the foreground; may be the memory of the responses along x.</param>
    /// <param name="markers">Receives 1 for a foreground pixel below the threshold, else 0.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Combine<T>(
        ReadOnlySpan<T> alongX, ReadOnlySpan<T> alongY, ReadOnlySpan<byte> foreground, Span<double> depths, Span<byte> markers)
        where T : unmanaged, INumber<T>
    {
        int length = alongX.Length;
        if (alongY.Length != length || foreground.Length != length || depths.Length != length || markers.Length != length)
        {
            throw new ArgumentException(
                $"{length} responses along x, {alongY.Length} along y, {foreground.Length} pixels of foreground, "
                + $"{depths.Length} depths and {markers.Length} markers are not one row.");
        }

        int i = 0;
        for (; i <= length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            CombineEight(
                ref Unsafe.Add(ref MemoryMarshal.GetReference(alongX), i),
                ref Unsafe.Add(ref MemoryMarshal.GetReference(alongY), i),
                ref Unsafe.Add(ref MemoryMarshal.GetReference(foreground), i),
                ref Unsafe.Add(ref MemoryMarshal.GetReference(depths), i),
                ref Unsafe.Add(ref MemoryMarshal.GetReference(markers), i));
        }

        for (; i < length; i++)
        {
            float ridgeX = 1f - _alongX.Apply(double.CreateTruncating(alongX[i]));
            float ridgeY = 1f - _alongY.Apply(double.CreateTruncating(alongY[i]));
            float ridge = Math.Max(Math.Max(ridgeX, ridgeY), 0f);
            depths[i] = foreground[i] == 0 ? 0 : 1 - (double)ridge;
            markers[i] = foreground[i] == 0 || ridge >= _threshold ? (byte)0 : (byte)1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CombineEight<T>(ref T alongX, ref T alongY, ref byte foreground, ref double depth, ref byte marker)
        where T : unmanaged, INumber<T>
    {
        ulong pixels = Unsafe.ReadUnaligned<ulong>(ref foreground);
        if (pixels == 0)
        {
            Vector256<double>.Zero.StoreUnsafe(ref depth);
            Vector256<double>.Zero.StoreUnsafe(ref depth, (nuint)Vector256<double>.Count);
            Unsafe.WriteUnaligned(ref marker, 0UL);
            return;
        }

        Vector256<float> one = Vector256<float>.One;
        Vector256<float> ridge = Vector256.Max(one - Scale(ref alongX, _alongX), one - Scale(ref alongY, _alongY));
        ridge = Vector256.Max(ridge, Vector256<float>.Zero);
        (Vector128<ushort> words, _) = Vector128.Widen(Vector128.CreateScalar(pixels).AsByte());
        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(words);
        Vector256<float> outside = Vector256.Equals(Vector256.Create(low, high), Vector256<uint>.Zero).AsSingle();
        Vector256<float> above = Vector256.GreaterThanOrEqual(ridge, Vector256.Create(_threshold)) | outside;

        // Outside the ridge is 1, the depth 0.
        (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.ConditionalSelect(outside, one, ridge));
        (Vector256<double>.One - first).StoreUnsafe(ref depth);
        (Vector256<double>.One - second).StoreUnsafe(ref depth, (nuint)Vector256<double>.Count);
        Vector256<uint> bits = Vector256.AndNot(Vector256<uint>.One, above.AsUInt32());
        var narrow = Vector128.Narrow(bits.GetLower(), bits.GetUpper());
        Unsafe.WriteUnaligned(ref marker, Vector128.Narrow(narrow, narrow).AsUInt64().ToScalar());
    }

    /// <summary><see cref="MinMaxScaling.Apply(double)"/> of eight responses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale<T>(ref T responses, MinMaxScaling scaling)
        where T : unmanaged, INumber<T>
    {
        Vector256<double> low, high;
        if (typeof(T) == typeof(float))
        {
            (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref responses).AsSingle());
        }
        else
        {
            low = Vector256.LoadUnsafe(ref responses).AsDouble();
            high = Vector256.LoadUnsafe(ref responses, (nuint)Vector256<double>.Count).AsDouble();
        }

        Vector256<double> factor = Vector256.Create((double)scaling.Factor), offset = Vector256.Create((double)scaling.Offset);
        return Vector256.Narrow((low * factor) + offset, (high * factor) + offset);
    }
}
