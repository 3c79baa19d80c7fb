using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Work buffers of the separation, kept from tile to tile: about 28 bytes per pixel of the largest tile seen, 29 MB for 1024 × 1024 px. One
/// per thread; not thread-safe. Results that refer to it (<see cref="LabelImage"/>) are valid until it is used again.
/// </summary>
public sealed class SeparationWorkspace
{
    private double[] _alongX = [];
    private double[] _alongY = [];
    private byte[] _markers = [];
    private int[] _labels = [];
    private SobelFilter<double>? _exactSobel;
    private SobelFilter<float>? _fastSobel;

    internal Foreground Foreground { get; } = new();

    internal Morphology Morphology { get; } = new();

    internal ConnectedComponents Components { get; } = new();

    internal MarkerWatershed Watershed { get; } = new();

    internal InstanceParts Parts { get; } = new();

    internal LabelHoles Holes { get; } = new();

    internal CrackTracer CrackTracer { get; } = new();

    internal ContourTracer ContourTracer { get; } = new();

    internal FramedBuffer AlongX(int width, int height) => new(Grow(ref _alongX, (width + 2) * (height + 2)), width);

    internal FramedBuffer AlongY(int width, int height) => new(Grow(ref _alongY, (width + 2) * (height + 2)), width);

    internal Span<byte> Markers(int width, int height) => Grow(ref _markers, width * height).AsSpan(0, width * height);

    /// <summary>An image over the label buffer, content undefined.</summary>
    internal LabelImage Labels(int width, int height) => new(width, height, Grow(ref _labels, (width + 2) * (height + 2)));

    /// <summary>The filter of the published precision.</summary>
    internal SobelFilter<double> ExactSobel(int size) => _exactSobel?.Size == size ? _exactSobel : _exactSobel = new SobelFilter<double>(size);

    /// <summary>The filter of single precision.</summary>
    internal SobelFilter<float> FastSobel(int size) => _fastSobel?.Size == size ? _fastSobel : _fastSobel = new SobelFilter<float>(size);

    private static T[] Grow<T>(ref T[] buffer, int length) => buffer.Length >= length ? buffer : buffer = new T[length];
}
