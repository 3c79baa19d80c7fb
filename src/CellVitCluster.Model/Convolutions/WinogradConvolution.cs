using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Convolutions;

/// <summary>
/// 3 × 3 convolution with stride 1 and zero padding 1 in single precision, for channels-last maps, with bias and optional rectifier. It
/// computes what the library's convolution computes with 16 products where that takes 36, or with 36 where that takes 144; sums are rounded
/// differently in their last bits.
/// The input may come from two maps that stand for their concatenation, which then need not be made. Results do not depend on the number
/// of threads. May be used by several threads at a time; dispose of it after the last use.
/// Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016, §4; spec/model.md §4.2 for the layer.
/// </summary>
internal sealed unsafe class WinogradConvolution : IDisposable
{
    private const int Taps = 9;

    private readonly ConvolutionChannels _channels;
    private readonly WinogradPipeline _pipeline;

    /// <summary>Transforms the weights; the spans are not kept.</summary>
    /// <param name="weights"><c>[O, I, 3, 3]</c>, I being the channels of both maps, those of the first before those of the second.</param>
    /// <param name="bias">One number per output channel.</param>
    /// <param name="channels">Channels of the maps.</param>
    /// <param name="rectify">Whether negative results become 0.</param>
    /// <param name="tile">Outputs to compute together: larger is faster and less exact.</param>
    /// <param name="registers">Width to use; null for the widest that runs fast here.</param>
    /// <exception cref="ArgumentException">Lengths do not agree with the channels.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the registers, see <see cref="IsSupported"/>.</exception>
    public WinogradConvolution(
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> bias,
        ConvolutionChannels channels,
        bool rectify,
        WinogradTile tile = WinogradTile.Of2,
        RegisterWidth? registers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels.First, 1, nameof(channels));
        ArgumentOutOfRangeException.ThrowIfLessThan(channels.Second, 0, nameof(channels));
        ArgumentOutOfRangeException.ThrowIfLessThan(channels.Output, 1, nameof(channels));
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, (long)channels.Output * channels.Input * Taps, nameof(weights));
        ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, channels.Output, nameof(bias));
        RegisterWidth width = registers ?? (IsSupported(RegisterWidth.Bits512) ? RegisterWidth.Bits512 : RegisterWidth.Bits256);
        if (!IsSupported(width))
        {
            throw new PlatformNotSupportedException($"The processor has no fast vector registers of the width {width}.");
        }

        _channels = channels;
        _pipeline = (width, tile) switch
        {
            (RegisterWidth.Bits512, WinogradTile.Of2) =>
                new WinogradPipeline<Vector512Kernel, Vector512<float>, TileOf2Transform>(weights, bias, channels, rectify),
            (RegisterWidth.Bits512, _) =>
                new WinogradPipeline<Vector512Kernel, Vector512<float>, TileOf4Transform>(weights, bias, channels, rectify),
            (_, WinogradTile.Of2) =>
                new WinogradPipeline<Vector256Kernel, Vector256<float>, TileOf2Transform>(weights, bias, channels, rectify),
            _ =>
                new WinogradPipeline<Vector256Kernel, Vector256<float>, TileOf4Transform>(weights, bias, channels, rectify),
        };
    }

    /// <summary>Whether this processor runs the given width at full speed.</summary>
    public static bool IsSupported(RegisterWidth width) =>
        width == RegisterWidth.Bits512 ? Vector512.IsHardwareAccelerated : Vector256.IsHardwareAccelerated && Fma.IsSupported;

    /// <summary>
    /// Whether this processor can run the convolution and it can pay: with few input channels, as in the first layer of an image, the
    /// transforms cost more than the products save.
    /// </summary>
    public static bool CanRun(ConvolutionChannels channels) =>
        IsSupported(RegisterWidth.Bits256) && channels.First >= 8 && (channels.Second == 0 || channels.Second >= 8);

    /// <summary>Convolves maps in managed or native memory.</summary>
    /// <param name="first">First map, <c>[batch, height, width, First]</c>.</param>
    /// <param name="second">Second map, <c>[batch, height, width, Second]</c>; empty if there is none.</param>
    /// <param name="output">Receives <c>[batch, height, width, Output]</c>; may not overlap the maps.</param>
    /// <param name="batch">Images.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="threads">Threads to use at most, 1 or more.</param>
    /// <exception cref="ArgumentException">Lengths do not agree with the sizes.</exception>
    public void Run(
        ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output, int batch, int height, int width, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        long pixels = (long)batch * height * width;
        ArgumentOutOfRangeException.ThrowIfNotEqual(first.Length, pixels * _channels.First, nameof(first));
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Length, pixels * _channels.Second, nameof(second));
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, pixels * _channels.Output, nameof(output));
        fixed (float* a = first, b = second, y = output)
        {
            _pipeline.Run(new ConvolutionTask((nint)a, (nint)b, (nint)y, batch, height, width), threads);
        }
    }

    /// <summary>Convolves tensors on the CPU without copying them.</summary>
    /// <param name="first">First map, <c>[B, First, H, W]</c>, single precision, laid out channels-last.</param>
    /// <param name="second">Second map, <c>[B, Second, H, W]</c>, likewise; null if there is none.</param>
    /// <param name="threads">Threads to use at most, 1 or more.</param>
    /// <returns><c>[B, Output, H, W]</c>, laid out channels-last, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Shapes, type, layout or device are others.</exception>
    public Tensor Forward(Tensor first, Tensor? second, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using DisposeScope scope = NewDisposeScope();
        (long batch, long height, long width) = (first.shape[0], first.shape[2], first.shape[3]);
        Tensor a = Pixels(first, [batch, height, width, _channels.First], nameof(first));
        Tensor? b = _channels.Second == 0 && second is null
            ? null
            : Pixels(second ?? throw new ArgumentNullException(nameof(second)), [batch, height, width, _channels.Second], nameof(second));
        Tensor y = empty([batch, height, width, _channels.Output], ScalarType.Float32, CPU);
        var task = new ConvolutionTask(Address(a), b is null ? 0 : Address(b), Address(y), (int)batch, (int)height, (int)width);
        _pipeline.Run(task, threads);
        return scope.MoveToOuter(y.permute(0, 3, 1, 2));
    }

    /// <inheritdoc/>
    public void Dispose() => _pipeline.Dispose();

    /// <summary>The same memory as <c>[B, H, W, C]</c>.</summary>
    private static Tensor Pixels(Tensor map, long[] expected, string name)
    {
        Tensor pixels = map.permute(0, 2, 3, 1);
        bool fits = pixels.shape.AsSpan().SequenceEqual(expected)
            && map.dtype == ScalarType.Float32
            && map.device_type == DeviceType.CPU
            && pixels.is_contiguous();
        return fits
            ? pixels
            : throw new ArgumentException($"A channels-last CPU map of [{string.Join(", ", expected)}] in single precision is needed.", name);
    }

    private static nint Address(Tensor pixels)
    {
        using Tensor flat = pixels.view(-1);
        using Tensor one = flat.narrow(0, 0, 1);
        fixed (byte* address = one.bytes)
        {
            return (nint)address;
        }
    }
}
