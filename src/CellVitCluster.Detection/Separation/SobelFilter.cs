using System.Numerics;
using System.Runtime.InteropServices;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>Sobel response of a float map, strip by strip (spec/inference.md §9.3). Reusable, not thread-safe.</summary>
/// <typeparam name="T">
/// Precision of the sums, one of two: double as published; float is twice as fast and differs by a millionth of the largest response. The weights are exact
/// in both.
/// </typeparam>
internal sealed class SobelFilter<T>
    where T : unmanaged, INumber<T>
{
    private readonly SobelStrip<T> _alongX;
    private readonly SobelStrip<T> _alongY;

    /// <summary>Filter with a kernel of <paramref name="size"/> × <paramref name="size"/> px.</summary>
    public SobelFilter(int size)
    {
        Size = size;
        var kernel = new SobelKernel(size);
        _alongX = new SobelStrip<T>(kernel, alongX: true);
        _alongY = new SobelStrip<T>(kernel, alongX: false);
    }

    /// <summary>Side of the kernel in px.</summary>
    public int Size { get; }

    /// <summary>Derivative along x, smoothed along y.</summary>
    /// <param name="map">Source.</param>
    /// <param name="scaling">Applied to the source values in single precision; null leaves them.</param>
    /// <param name="region">Pixels whose response is wanted.</param>
    /// <param name="target">Receives the responses of the region; the others stay.</param>
    /// <returns>Smallest and largest response in the region.</returns>
    public (double Low, double High) AlongX(FloatMap map, MinMaxScaling? scaling, TileRect region, FramedBuffer target) =>
        Run(_alongX, map, scaling, region, target);

    /// <summary>Derivative along y, smoothed along x; parameters as for <see cref="AlongX"/>.</summary>
    public (double Low, double High) AlongY(FloatMap map, MinMaxScaling? scaling, TileRect region, FramedBuffer target) =>
        Run(_alongY, map, scaling, region, target);

    /// <summary>Starts to filter some columns along x, at most as many as a strip has; valid until the filter is used along x again.</summary>
    public SobelStrip<T> BeginAlongX(FloatMap map, TileRect area)
    {
        _alongX.Begin(map, null, area);
        return _alongX;
    }

    /// <summary>Starts to filter some columns along y; as <see cref="BeginAlongX"/>.</summary>
    public SobelStrip<T> BeginAlongY(FloatMap map, TileRect area)
    {
        _alongY.Begin(map, null, area);
        return _alongY;
    }

    private static (double Low, double High) Run(
        SobelStrip<T> strip, FloatMap map, MinMaxScaling? scaling, TileRect region, FramedBuffer target)
    {
        T low = T.CreateSaturating(double.MaxValue), high = T.CreateSaturating(double.MinValue);
        for (int x = region.X; x < region.Right; x += SobelStrip<T>.Width)
        {
            int width = Math.Min(SobelStrip<T>.Width, region.Right - x);
            strip.Begin(map, scaling, region with { X = x, Width = width });
            for (int y = region.Y; y < region.Bottom; y++)
            {
                ReadOnlySpan<T> responses = strip.Next(wanted: []);
                Extremes(responses, ref low, ref high);
                Span<double> row = target.Row(y).Slice(x, width);
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = double.CreateTruncating(responses[i]);
                }
            }
        }

        return (double.CreateChecked(low), double.CreateChecked(high));
    }

    private static void Extremes(ReadOnlySpan<T> row, ref T low, ref T high)
    {
        ReadOnlySpan<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(row);
        var lows = new Vector<T>(low);
        var highs = new Vector<T>(high);
        foreach (Vector<T> vector in vectors)
        {
            lows = Vector.Min(lows, vector);
            highs = Vector.Max(highs, vector);
        }

        for (int lane = 0; lane < Vector<T>.Count; lane++)
        {
            low = T.Min(low, lows[lane]);
            high = T.Max(high, highs[lane]);
        }

        foreach (T value in row[(vectors.Length * Vector<T>.Count)..])
        {
            low = T.Min(low, value);
            high = T.Max(high, value);
        }
    }
}
