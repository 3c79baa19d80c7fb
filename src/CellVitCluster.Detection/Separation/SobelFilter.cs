using System.Numerics;
using System.Runtime.InteropServices;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Sobel response of a float map (spec/inference.md §9.3), streaming: each source row is filtered along x once and kept
/// in a ring of as many rows as the kernel is high, which stays in the cache while the columns are filtered. No fused operations, so that
/// every processor gives the same bits. Reusable, not thread-safe.
/// </summary>
/// <typeparam name="T">
/// Precision of the sums, one of two: double as published; float is twice as fast and differs by a millionth of the largest response. The weights are exact
/// in both.
/// </typeparam>
internal sealed class SobelFilter<T> : ISobelFilter
    where T : unmanaged, INumber<T>
{
    private readonly SobelKernel _kernel;
    private readonly int[] _ahead;
    private readonly int[] _behind;
    private readonly T[] _derivative;
    private readonly T[] _smoothing;
    private T[] _line = [];
    private T[] _ring = [];
    private T[] _sums = [];

    /// <summary>Filter with a kernel of <paramref name="size"/> × <paramref name="size"/> px.</summary>
    public SobelFilter(int size)
    {
        Size = size;
        _kernel = new SobelKernel(size);
        _derivative = Array.ConvertAll(_kernel.Derivative, T.CreateChecked);
        _smoothing = Array.ConvertAll(_kernel.Smoothing, T.CreateChecked);
        _ahead = new int[_kernel.Radius + 1];
        _behind = new int[_kernel.Radius + 1];
    }

    private interface IParity
    {
        static abstract Vector<T> Pair(Vector<T> ahead, Vector<T> behind);

        static abstract T Pair(T ahead, T behind);
    }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public (double Low, double High) AlongX(FloatMap map, MinMaxScaling? scaling, TileRect region, FramedBuffer target) =>
        Run<Odd, Even>(map, scaling, region, target, _derivative, _smoothing);

    /// <inheritdoc/>
    public (double Low, double High) AlongY(FloatMap map, MinMaxScaling? scaling, TileRect region, FramedBuffer target) =>
        Run<Even, Odd>(map, scaling, region, target, _smoothing, _derivative);

    private (double Low, double High) Run<TRow, TColumn>(
        FloatMap map, MinMaxScaling? scaling, TileRect region, FramedBuffer target, T[] rowWeights, T[] columnWeights)
        where TRow : struct, IParity
        where TColumn : struct, IParity
    {
        int radius = _kernel.Radius;
        Reserve(region.Width);
        double low = double.MaxValue, high = double.MinValue;
        int next = Math.Max(0, region.Y - radius);
        for (int y = region.Y; y < region.Bottom; y++)
        {
            int last = Math.Min(map.Height - 1, y + radius);
            for (; next <= last; next++)
            {
                LoadLine(map, scaling, region, next);
                for (int k = 0; k <= radius; k++)
                {
                    _ahead[k] = radius + k;
                    _behind[k] = radius - k;
                }

                Weigh<TRow>(_line, _ahead, _behind, rowWeights, RingRow(next, region.Width));
            }

            for (int k = 0; k <= radius; k++)
            {
                _ahead[k] = RingStart(Reflection.Inside(y + k, map.Height), region.Width);
                _behind[k] = RingStart(Reflection.Inside(y - k, map.Height), region.Width);
            }

            Span<double> row = target.Row(y).Slice(region.X, region.Width);
            Span<T> sums = typeof(T) == typeof(double) ? MemoryMarshal.Cast<double, T>(row) : _sums.AsSpan(0, region.Width);
            Weigh<TColumn>(_ring, _ahead, _behind, columnWeights, sums);
            if (typeof(T) == typeof(float))
            {
                Widen(MemoryMarshal.Cast<T, float>(sums), row);
            }

            Extremes(row, ref low, ref high);
        }

        return (low, high);
    }

    private void Reserve(int width)
    {
        if (_line.Length < width + (2 * _kernel.Radius))
        {
            _line = new T[width + (2 * _kernel.Radius)];
            _ring = new T[Size * width];
            _sums = new T[width];
        }
    }

    private int RingStart(int row, int width) => row % Size * width;

    private Span<T> RingRow(int row, int width) => _ring.AsSpan(RingStart(row, width), width);

    private void LoadLine(FloatMap map, MinMaxScaling? scaling, TileRect region, int y)
    {
        ReadOnlySpan<float> source = map.Row(y);
        int left = region.X - _kernel.Radius;
        int right = region.Right + _kernel.Radius;
        Span<T> line = _line.AsSpan(0, right - left);
        int inside = Math.Max(left, 0);
        int insideEnd = Math.Min(right, map.Width);
        if (scaling is { } scale)
        {
            for (int x = inside; x < insideEnd; x++)
            {
                line[x - left] = T.CreateTruncating(scale.Apply(source[x]));
            }
        }
        else if (typeof(T) == typeof(float))
        {
            source[inside..insideEnd].CopyTo(MemoryMarshal.Cast<T, float>(line)[(inside - left)..]);
        }
        else
        {
            Widen(source[inside..insideEnd], MemoryMarshal.Cast<T, double>(line)[(inside - left)..]);
        }

        for (int x = left; x < inside; x++)
        {
            line[x - left] = Mirrored(source, scaling, x);
        }

        for (int x = insideEnd; x < right; x++)
        {
            line[x - left] = Mirrored(source, scaling, x);
        }
    }

    private static T Mirrored(ReadOnlySpan<float> source, MinMaxScaling? scaling, int x)
    {
        float value = source[Reflection.Inside(x, source.Length)];
        return T.CreateTruncating(scaling is { } scale ? scale.Apply(value) : value);
    }

    /// <summary>Weighted sum of pairs at equal distance from a center, for a row of centers, from the center outwards.</summary>
    private static void Weigh<TParity>(T[] source, int[] ahead, int[] behind, T[] weights, Span<T> target)
        where TParity : struct, IParity
    {
        const int Unroll = 4;
        ref T from = ref MemoryMarshal.GetArrayDataReference(source);
        ref T to = ref MemoryMarshal.GetReference(target);
        int width = Vector<T>.Count;
        int x = 0;
        for (; x <= target.Length - (Unroll * width); x += Unroll * width)
        {
            int center = ahead[0] + x;
            var weight = new Vector<T>(weights[0]);
            Vector<T> a = Vector.LoadUnsafe(ref from, (nuint)center) * weight;
            Vector<T> b = Vector.LoadUnsafe(ref from, (nuint)(center + width)) * weight;
            Vector<T> c = Vector.LoadUnsafe(ref from, (nuint)(center + (2 * width))) * weight;
            Vector<T> d = Vector.LoadUnsafe(ref from, (nuint)(center + (3 * width))) * weight;
            for (int k = 1; k < weights.Length; k++)
            {
                weight = new Vector<T>(weights[k]);
                int plus = ahead[k] + x;
                int minus = behind[k] + x;
                a += TParity.Pair(Vector.LoadUnsafe(ref from, (nuint)plus), Vector.LoadUnsafe(ref from, (nuint)minus)) * weight;
                b += TParity.Pair(
                    Vector.LoadUnsafe(ref from, (nuint)(plus + width)), Vector.LoadUnsafe(ref from, (nuint)(minus + width))) * weight;
                c += TParity.Pair(
                    Vector.LoadUnsafe(ref from, (nuint)(plus + (2 * width))), Vector.LoadUnsafe(ref from, (nuint)(minus + (2 * width)))) * weight;
                d += TParity.Pair(
                    Vector.LoadUnsafe(ref from, (nuint)(plus + (3 * width))), Vector.LoadUnsafe(ref from, (nuint)(minus + (3 * width)))) * weight;
            }

            a.StoreUnsafe(ref to, (nuint)x);
            b.StoreUnsafe(ref to, (nuint)(x + width));
            c.StoreUnsafe(ref to, (nuint)(x + (2 * width)));
            d.StoreUnsafe(ref to, (nuint)(x + (3 * width)));
        }

        for (; x < target.Length; x++)
        {
            T sum = source[ahead[0] + x] * weights[0];
            for (int k = 1; k < weights.Length; k++)
            {
                sum += TParity.Pair(source[ahead[k] + x], source[behind[k] + x]) * weights[k];
            }

            target[x] = sum;
        }
    }

    private static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        int i = 0;
        for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(source[i..]), out Vector<double> lower, out Vector<double> upper);
            lower.CopyTo(target[i..]);
            upper.CopyTo(target[(i + Vector<double>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] = source[i];
        }
    }

    private static void Extremes(ReadOnlySpan<double> row, ref double low, ref double high)
    {
        ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(row);
        var lows = new Vector<double>(low);
        var highs = new Vector<double>(high);
        foreach (Vector<double> vector in vectors)
        {
            lows = Vector.Min(lows, vector);
            highs = Vector.Max(highs, vector);
        }

        for (int lane = 0; lane < Vector<double>.Count; lane++)
        {
            low = Math.Min(low, lows[lane]);
            high = Math.Max(high, highs[lane]);
        }

        foreach (double value in row[(vectors.Length * Vector<double>.Count)..])
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }
    }

    private readonly struct Even : IParity
    {
        public static Vector<T> Pair(Vector<T> ahead, Vector<T> behind) => ahead + behind;

        public static T Pair(T ahead, T behind) => ahead + behind;
    }

    private readonly struct Odd : IParity
    {
        public static Vector<T> Pair(Vector<T> ahead, Vector<T> behind) => ahead - behind;

        public static T Pair(T ahead, T behind) => ahead - behind;
    }
}
