using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Inference.Classification;

/// <summary>
/// A linear layer on the processor. Outputs, not products, lie side by side in a vector, every product is added with one rounding, and the
/// order of the sums is fixed: the same bits on every processor and for every batch. Immutable and thread-safe.
/// </summary>
internal sealed class DenseLayer
{
    /// <summary>Outputs computed side by side: two vectors.</summary>
    private const int PanelWidth = 16;

    /// <summary>Rows computed side by side: each weight that is read serves all of them.</summary>
    private const int RowsAtOnce = 4;

    /// <summary>Products added before the sum joins the total: keeps the rounding error of long sums near that of short ones.</summary>
    private const int ChunkLength = 128;

    private readonly float[] _panels;
    private readonly float[] _bias;

    /// <summary>Arranges weights for fast reading.</summary>
    /// <param name="weight"><c>[outputs, inputs]</c>, row-major.</param>
    /// <param name="bias"><c>[outputs]</c>.</param>
    public DenseLayer(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        Outputs = bias.Length;
        Inputs = weight.Length / bias.Length;
        PaddedOutputs = (Outputs + PanelWidth - 1) / PanelWidth * PanelWidth;
        _panels = new float[PaddedOutputs * Inputs];
        for (int output = 0; output < Outputs; output++)
        {
            int start = (output / PanelWidth * PanelWidth * Inputs) + (output % PanelWidth);
            for (int input = 0; input < Inputs; input++)
            {
                _panels[start + (input * PanelWidth)] = weight[(output * Inputs) + input];
            }
        }

        _bias = new float[PaddedOutputs];
        bias.CopyTo(_bias);
    }

    /// <summary>Number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>Number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Distance between two rows of outputs: a whole number of panels; outputs beyond <see cref="Outputs"/> are 0.</summary>
    public int PaddedOutputs { get; }

    /// <summary>Number of rows for which buffers must have room: <paramref name="rows"/> rounded up.</summary>
    public static int PaddedRows(int rows) => (rows + RowsAtOnce - 1) / RowsAtOnce * RowsAtOnce;

    /// <summary>Evaluates the layer.</summary>
    /// <param name="inputs">Rows of inputs, <paramref name="stride"/> apart; <see cref="PaddedRows"/> of them.</param>
    /// <param name="stride">Distance between two rows of inputs, at least <see cref="Inputs"/>.</param>
    /// <param name="rows">Number of rows that matter.</param>
    /// <param name="outputs">Receives <see cref="PaddedRows"/> rows of <see cref="PaddedOutputs"/> values.</param>
    public void Apply(ReadOnlySpan<float> inputs, int stride, int rows, Span<float> outputs)
    {
        int padded = PaddedRows(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs.Length, padded * stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs.Length, padded * PaddedOutputs);
        for (int panel = 0; panel < PaddedOutputs; panel += PanelWidth)
        {
            ReadOnlySpan<float> weights = _panels.AsSpan(panel * Inputs, PanelWidth * Inputs);
            for (int row = 0; row < padded; row += RowsAtOnce)
            {
                ApplyPanel(inputs.Slice(row * stride, RowsAtOnce * stride), stride, weights, panel, outputs[(row * PaddedOutputs)..]);
            }
        }
    }

    private void ApplyPanel(ReadOnlySpan<float> inputs, int stride, ReadOnlySpan<float> weights, int panel, Span<float> outputs)
    {
        ref float weight = ref MemoryMarshal.GetReference(weights);
        ref float input = ref MemoryMarshal.GetReference(inputs);
        Vector256<float> low = Vector256.Create<float>(_bias.AsSpan(panel));
        Vector256<float> high = Vector256.Create<float>(_bias.AsSpan(panel + Vector256<float>.Count));
        Vector256<float> total0 = low, total1 = low, total2 = low, total3 = low;
        Vector256<float> total4 = high, total5 = high, total6 = high, total7 = high;
        for (int start = 0; start < Inputs; start += ChunkLength)
        {
            Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            Vector256<float> sum4 = default, sum5 = default, sum6 = default, sum7 = default;
            int end = Math.Min(start + ChunkLength, Inputs);
            for (int i = start; i < end; i++)
            {
                var left = Vector256.LoadUnsafe(ref weight, (nuint)(i * PanelWidth));
                var right = Vector256.LoadUnsafe(ref weight, (nuint)((i * PanelWidth) + Vector256<float>.Count));
                var x0 = Vector256.Create(Unsafe.Add(ref input, i));
                sum0 = Vector256.FusedMultiplyAdd(x0, left, sum0);
                sum4 = Vector256.FusedMultiplyAdd(x0, right, sum4);
                var x1 = Vector256.Create(Unsafe.Add(ref input, stride + i));
                sum1 = Vector256.FusedMultiplyAdd(x1, left, sum1);
                sum5 = Vector256.FusedMultiplyAdd(x1, right, sum5);
                var x2 = Vector256.Create(Unsafe.Add(ref input, (2 * stride) + i));
                sum2 = Vector256.FusedMultiplyAdd(x2, left, sum2);
                sum6 = Vector256.FusedMultiplyAdd(x2, right, sum6);
                var x3 = Vector256.Create(Unsafe.Add(ref input, (3 * stride) + i));
                sum3 = Vector256.FusedMultiplyAdd(x3, left, sum3);
                sum7 = Vector256.FusedMultiplyAdd(x3, right, sum7);
            }

            total0 += sum0;
            total1 += sum1;
            total2 += sum2;
            total3 += sum3;
            total4 += sum4;
            total5 += sum5;
            total6 += sum6;
            total7 += sum7;
        }

        Store(outputs, panel, 0, total0, total4);
        Store(outputs, panel, 1, total1, total5);
        Store(outputs, panel, 2, total2, total6);
        Store(outputs, panel, 3, total3, total7);
    }

    private void Store(Span<float> outputs, int panel, int row, Vector256<float> low, Vector256<float> high)
    {
        Span<float> target = outputs.Slice((row * PaddedOutputs) + panel, PanelWidth);
        low.CopyTo(target);
        high.CopyTo(target[Vector256<float>.Count..]);
    }
}
