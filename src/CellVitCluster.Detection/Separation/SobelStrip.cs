using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Sobel responses of some columns of a map, row by row from top to bottom (spec/inference.md §9.3): each source row is filtered along x once and
/// kept in a ring of as many rows as the kernel is high, which stays in the cache while the columns are filtered. No fused operations,
/// so that every processor gives the same bits. Reusable, not thread-safe.
/// </summary>
/// <typeparam name="T">Precision of the sums: double or float.</typeparam>
internal sealed class SobelStrip<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>
    /// Blocks of a strip, 2 KB of a row: the rings of both directions fit the second-level cache. Narrower strips would fit the first, but lose more
    /// at the starts of their rows, each on another page, than that gains.
    /// </summary>
    private const int BlocksPerStrip = 16;

    private const int VectorsPerBlock = 4;

    private const int CacheLineBytes = 64;

    private readonly bool _alongX;
    private readonly int _size;
    private readonly int _radius;
    private readonly T[] _derivative;
    private readonly T[] _smoothing;
    private readonly T[] _line;

    /// <summary>Pinned, so that its rows stay at the starts of cache lines: a vector that lies in two lines costs two reads.</summary>
    private readonly T[] _ring;
    private readonly int _origin;
    private readonly T[] _sums = new T[Width];

    /// <summary>Places in <see cref="_line"/> of the taps to the right and to the left of a center.</summary>
    private readonly nint[] _right;
    private readonly nint[] _left;

    /// <summary>Places in <see cref="_ring"/> of the taps below and above, for each place that the center's row can have.</summary>
    private readonly nint[] _below;
    private readonly nint[] _above;

    /// <summary>The same for rows so near the border that taps are mirrored.</summary>
    private readonly nint[] _mirroredBelow;
    private readonly nint[] _mirroredAbove;

    private FloatMap _map;
    private MinMaxScaling? _scaling;
    private TileRect _area;
    private int _nextSource;
    private int _nextRow;

    /// <summary>A strip without content.</summary>
    /// <param name="kernel">Kernel.</param>
    /// <param name="alongX">Whether the derivative is along x.</param>
    public SobelStrip(SobelKernel kernel, bool alongX)
    {
        _alongX = alongX;
        _radius = kernel.Radius;
        _size = (2 * _radius) + 1;
        _derivative = Array.ConvertAll(kernel.Derivative, T.CreateChecked);
        _smoothing = Array.ConvertAll(kernel.Smoothing, T.CreateChecked);
        _line = new T[Width + (2 * _radius)];
        _ring = GC.AllocateArray<T>((_size * RingStride) + (CacheLineBytes / Unsafe.SizeOf<T>()), pinned: true);
        _origin = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_ring, 0) & (CacheLineBytes - 1)) / Unsafe.SizeOf<T>();
        _mirroredBelow = new nint[_radius + 1];
        _mirroredAbove = new nint[_radius + 1];
        _right = [.. Enumerable.Range(0, _radius + 1).Select(k => (nint)(_radius + k))];
        _left = [.. Enumerable.Range(0, _radius + 1).Select(k => (nint)(_radius - k))];
        int[] places = [.. Enumerable.Range(0, _size * (_radius + 1))];
        _below = Array.ConvertAll(places, i => (nint)RingStart((i / (_radius + 1)) + (i % (_radius + 1))));
        _above = Array.ConvertAll(places, i => (nint)RingStart((i / (_radius + 1)) + _size - (i % (_radius + 1))));
    }

    private interface IParity
    {
        static abstract Vector<T> Pair(Vector<T> ahead, Vector<T> behind);
    }

    /// <summary>Pixels that are summed at once.</summary>
    public static int BlockWidth => VectorsPerBlock * Vector<T>.Count;

    /// <summary>Columns of a strip.</summary>
    public static int Width => BlocksPerStrip * BlockWidth;

    /// <summary>A block between the rows of the ring; without it many rows would compete for the same places of the cache.</summary>
    private static int RingStride => Width + BlockWidth;

    /// <summary>Starts at the top of an area.</summary>
    /// <param name="map">Source.</param>
    /// <param name="scaling">Applied to the source values in single precision; null leaves them.</param>
    /// <param name="area">Pixels whose response is wanted; at most <see cref="Width"/> wide.</param>
    public void Begin(FloatMap map, MinMaxScaling? scaling, TileRect area)
    {
        (_map, _scaling, _area) = (map, scaling, area);
        _nextRow = area.Y;
        _nextSource = Math.Max(0, area.Y - _radius);
    }

    /// <summary>Responses of the next row of the area; memory of the strip, valid until the next call.</summary>
    /// <param name="wanted">
    /// Whether responses are wanted, per pixel of the row; the values of blocks without any are undefined. Empty when all are.
    /// </param>
    public ReadOnlySpan<T> Next(ReadOnlySpan<byte> wanted)
    {
        if (_alongX)
        {
            Next<Odd, Even>(_derivative, _smoothing, wanted);
        }
        else
        {
            Next<Even, Odd>(_smoothing, _derivative, wanted);
        }

        return _sums.AsSpan(0, _area.Width);
    }

    private void Next<TRow, TColumn>(T[] rowWeights, T[] columnWeights, ReadOnlySpan<byte> wanted)
        where TRow : struct, IParity
        where TColumn : struct, IParity
    {
        int y = _nextRow++;
        int last = Math.Min(_map.Height - 1, y + _radius);
        for (; _nextSource <= last; _nextSource++)
        {
            ref T line = ref Line(_nextSource);
            ref T row = ref _ring[_origin + RingStart(_nextSource)];
            for (int x = 0; x < _area.Width; x += BlockWidth)
            {
                Weigh<TRow>(ref Unsafe.Add(ref line, x), _right, _left, rowWeights, ref Unsafe.Add(ref row, x));
            }
        }

        ReadOnlySpan<nint> below = _mirroredBelow, above = _mirroredAbove;
        if (y >= _radius && y + _radius < _map.Height)
        {
            int place = y % _size * (_radius + 1);
            below = _below.AsSpan(place, _radius + 1);
            above = _above.AsSpan(place, _radius + 1);
        }
        else
        {
            for (int k = 0; k <= _radius; k++)
            {
                _mirroredBelow[k] = RingStart(Reflection.Inside(y + k, _map.Height));
                _mirroredAbove[k] = RingStart(Reflection.Inside(y - k, _map.Height));
            }
        }

        for (int x = 0; x < _area.Width; x += BlockWidth)
        {
            if (wanted.IsEmpty || wanted[x..Math.Min(x + BlockWidth, wanted.Length)].ContainsAnyExcept((byte)0))
            {
                Weigh<TColumn>(ref _ring[_origin + x], below, above, columnWeights, ref _sums[x]);
            }
        }
    }

    private int RingStart(int row) => row % _size * RingStride;

    /// <summary>A source row from the first tap of the area's first pixel on: in the map itself where neither border nor precision forbids it.</summary>
    private ref T Line(int y)
    {
        int left = _area.X - _radius;
        if (typeof(T) == typeof(float) && _scaling is null && left >= 0 && left + Width + (2 * _radius) <= _map.Width)
        {
            return ref Unsafe.As<float, T>(ref _map.Values[(y * _map.Width) + left]);
        }

        LoadLine(y);
        return ref _line[0];
    }

    private void LoadLine(int y)
    {
        ReadOnlySpan<float> source = _map.Row(y);
        int left = _area.X - _radius;
        int right = _area.Right + _radius;
        Span<T> line = _line.AsSpan(0, right - left);
        int inside = Math.Max(left, 0);
        int insideEnd = Math.Min(right, _map.Width);
        if (_scaling is { } scale)
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
            for (int x = inside; x < insideEnd; x++)
            {
                line[x - left] = T.CreateTruncating(source[x]);
            }
        }

        for (int x = left; x < inside; x++)
        {
            line[x - left] = Mirrored(source, x);
        }

        for (int x = insideEnd; x < right; x++)
        {
            line[x - left] = Mirrored(source, x);
        }
    }

    private T Mirrored(ReadOnlySpan<float> source, int x)
    {
        float value = source[Reflection.Inside(x, source.Length)];
        return T.CreateTruncating(_scaling is { } scale ? scale.Apply(value) : value);
    }

    /// <summary>
    /// Weighted sum of pairs at equal distance from a center, for a block of centers, from the center outwards. The caller sees to it that the
    /// block and its taps lie inside their arrays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh<TParity>(ref T source, ReadOnlySpan<nint> ahead, ReadOnlySpan<nint> behind, T[] weights, ref T target)
        where TParity : struct, IParity
    {
        nuint second = (nuint)Vector<T>.Count, third = 2 * second, fourth = 3 * second;
        ahead = ahead[..weights.Length];
        behind = behind[..weights.Length];
        ref T center = ref Unsafe.Add(ref source, ahead[0]);
        var weight = new Vector<T>(weights[0]);
        Vector<T> a = Vector.LoadUnsafe(ref center) * weight;
        Vector<T> b = Vector.LoadUnsafe(ref center, second) * weight;
        Vector<T> c = Vector.LoadUnsafe(ref center, third) * weight;
        Vector<T> d = Vector.LoadUnsafe(ref center, fourth) * weight;
        for (int k = 1; k < weights.Length; k++)
        {
            weight = new Vector<T>(weights[k]);
            ref T one = ref Unsafe.Add(ref source, ahead[k]);
            ref T other = ref Unsafe.Add(ref source, behind[k]);
            a += TParity.Pair(Vector.LoadUnsafe(ref one), Vector.LoadUnsafe(ref other)) * weight;
            b += TParity.Pair(Vector.LoadUnsafe(ref one, second), Vector.LoadUnsafe(ref other, second)) * weight;
            c += TParity.Pair(Vector.LoadUnsafe(ref one, third), Vector.LoadUnsafe(ref other, third)) * weight;
            d += TParity.Pair(Vector.LoadUnsafe(ref one, fourth), Vector.LoadUnsafe(ref other, fourth)) * weight;
        }

        a.StoreUnsafe(ref target);
        b.StoreUnsafe(ref target, second);
        c.StoreUnsafe(ref target, third);
        d.StoreUnsafe(ref target, fourth);
    }

    private readonly struct Even : IParity
    {
        public static Vector<T> Pair(Vector<T> ahead, Vector<T> behind) => ahead + behind;
    }

    private readonly struct Odd : IParity
    {
        public static Vector<T> Pair(Vector<T> ahead, Vector<T> behind) => ahead - behind;
    }
}
