using System.Runtime.Intrinsics;
using CellVitCluster.Model.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Products;

/// <summary>
/// A linear layer in single precision on the processor, y = x Wᵀ + b, with weights packed once in the order in which our kernels read them.
/// Sums are rounded differently from the library's in their last bits. Results do not depend on the number of threads or of rows. May be
/// used by several threads at a time; dispose of it after the last use.
/// </summary>
internal sealed class PackedLinear : IDisposable
{
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly ProductPipeline _pipeline;

    /// <summary>Packs the weights; the spans are not kept.</summary>
    /// <param name="weights"><c>[out, in]</c>, row-major.</param>
    /// <param name="bias"><c>[out]</c>; its length says how many outputs there are.</param>
    /// <param name="inputs">Values per row of the input, 1 or more.</param>
    /// <param name="registers">Width to use; null for the widest that runs fast here.</param>
    /// <exception cref="ArgumentException">There are no outputs, or the lengths do not agree.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the registers.</exception>
    public PackedLinear(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int inputs, RegisterWidth? registers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bias.Length, 1, nameof(bias));
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, (long)bias.Length * inputs, nameof(weights));
        bool wide = WinogradConvolution.IsSupported(RegisterWidth.Bits512);
        RegisterWidth width = registers ?? (wide ? RegisterWidth.Bits512 : RegisterWidth.Bits256);
        if (!WinogradConvolution.IsSupported(width))
        {
            throw new PlatformNotSupportedException($"The processor has no fast vector registers of the width {width}.");
        }

        _inputs = inputs;
        _outputs = bias.Length;
        _pipeline = width == RegisterWidth.Bits512
            ? new ProductPipeline<Vector512Kernel, Vector512<float>>(weights, bias, inputs, _outputs)
            : new ProductPipeline<Vector256Kernel, Vector256<float>>(weights, bias, inputs, _outputs);
    }

    /// <summary>Whether the processor can run it.</summary>
    public static bool IsSupported => WinogradConvolution.IsSupported(RegisterWidth.Bits256);

    /// <summary>Applies the layer.</summary>
    /// <param name="x"><c>[..., in]</c>, contiguous, single precision, on the CPU.</param>
    /// <param name="threads">Threads to use at most, 1 or more.</param>
    /// <returns><c>[..., out]</c>, contiguous, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">The tensor has another layout, type, device or width.</exception>
    public Tensor Forward(Tensor x, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        long[] shape = x.shape;
        bool fits = shape.Length > 0 && shape[^1] == _inputs
            && x.dtype == ScalarType.Float32 && x.device_type == DeviceType.CPU && x.is_contiguous();
        if (!fits)
        {
            throw new ArgumentException($"A contiguous CPU tensor of [..., {_inputs}] in single precision is needed.", nameof(x));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor y = empty([.. shape[..^1], _outputs], ScalarType.Float32, CPU);
        long rows = x.numel() / _inputs;
        if (rows > 0)
        {
            _pipeline.Run(Address(x), Address(y), rows, threads);
        }

        return scope.MoveToOuter(y);
    }

    /// <inheritdoc/>
    public void Dispose() => _pipeline.Dispose();

    private static unsafe nint Address(Tensor tensor)
    {
        using Tensor flat = tensor.view(-1);
        using Tensor one = flat.narrow(0, 0, 1);
        fixed (byte* address = one.bytes)
        {
            return (nint)address;
        }
    }
}
