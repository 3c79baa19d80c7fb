using System.Runtime.Intrinsics;
using CellVitCluster.Model.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Products;

/// <summary>
/// Multi-head attention, softmax(q · kᵀ / √d + bias) · v, in single precision on the CPU; exact up to rounding, and the matrix of scores
/// never exists. Results do not depend on the number of threads. May be used by several threads at a time.
/// Source: spec/model.md §3.2, §3.3.
/// </summary>
internal static class TokenAttention
{
    /// <summary>Whether this processor can run it.</summary>
    public static bool IsSupported => WinogradConvolution.IsSupported(RegisterWidth.Bits256);

    /// <summary>Attends without bias.</summary>
    /// <param name="projected">Queries, keys and values, <c>[B, N, 3, heads, d]</c>, in any floating-point format, on the CPU; copied only if not fp32 or not contiguous.</param>
    /// <param name="threads">Threads to use at most, 1 or more.</param>
    /// <param name="registers">Width to use; null for the widest that runs fast here.</param>
    /// <returns><c>[B, N, heads · d]</c> in the format of the input, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Shape or device are others.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the registers.</exception>
    public static Tensor Forward(Tensor projected, int threads, RegisterWidth? registers = null) => Forward(projected, null, null, threads, registers);

    /// <summary>Attends with the bias vertical[q, u] + horizontal[q, v] for the key in row u and column v of a map.</summary>
    /// <param name="projected">As above; N = h · w tokens, row by row.</param>
    /// <param name="vertical"><c>[B, heads, h, w, key row]</c>; null if there is no bias.</param>
    /// <param name="horizontal"><c>[B, heads, h, w, key column]</c>; null if there is no bias.</param>
    /// <param name="threads">As above.</param>
    /// <param name="registers">As above.</param>
    /// <inheritdoc cref="Forward(Tensor, int, RegisterWidth?)"/>
    public static Tensor Forward(Tensor projected, Tensor? vertical, Tensor? horizontal, int threads, RegisterWidth? registers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (projected.shape is not [> 0, > 0, 3, > 0, > 0] || projected.device_type != DeviceType.CPU)
        {
            throw new ArgumentException("A CPU tensor [B, N, 3, heads, d] is needed.", nameof(projected));
        }

        using DisposeScope scope = NewDisposeScope();
        (long batch, long tokens, long heads, long width) = (projected.shape[0], projected.shape[1], projected.shape[3], projected.shape[4]);
        Tensor input = projected.to(ScalarType.Float32).contiguous();
        Tensor output = empty([batch, tokens, heads * width], ScalarType.Float32, CPU);
        DecomposedBias bias = default;
        if (vertical is not null && horizontal is not null)
        {
            (long rows, long columns) = (vertical.shape[^1], horizontal.shape[^1]);
            if (rows * columns != tokens || vertical.numel() != batch * heads * tokens * rows || horizontal.numel() != batch * heads * tokens * columns)
            {
                throw new ArgumentException($"The biases do not belong to {tokens} tokens.", nameof(vertical));
            }

            Tensor down = vertical.to(ScalarType.Float32).contiguous();
            Tensor across = horizontal.to(ScalarType.Float32).contiguous();
            bias = new DecomposedBias(Address(down), Address(across), (int)rows, (int)columns);
        }

        var task = new AttentionTask(Address(input), Address(output), (int)batch, (int)tokens, (int)heads, (int)width, bias);
        Pipeline(registers).Run(task, threads);
        return scope.MoveToOuter(output.to(projected.dtype));
    }

    private static AttentionPipeline Pipeline(RegisterWidth? registers)
    {
        RegisterWidth width = registers
            ?? (WinogradConvolution.IsSupported(RegisterWidth.Bits512) ? RegisterWidth.Bits512 : RegisterWidth.Bits256);
        if (!WinogradConvolution.IsSupported(width))
        {
            throw new PlatformNotSupportedException($"The processor has no fast vector registers of the width {width}.");
        }

        return width == RegisterWidth.Bits512
            ? new AttentionPipeline<Vector512Kernel, Vector512<float>, Exponential512>()
            : new AttentionPipeline<Vector256Kernel, Vector256<float>, Exponential256>();
    }

    private static unsafe nint Address(Tensor values)
    {
        using Tensor flat = values.view(-1);
        using Tensor one = flat.narrow(0, 0, 1);
        fixed (byte* address = one.bytes)
        {
            return (nint)address;
        }
    }
}
