namespace CellVitCluster.Model.Convolutions;

/// <summary>
/// Transformed weights in the order in which the product reads them: per plane and chunk of depth, panels of two registers of output
/// channels. Output channels are filled up with zeros to whole panels. Read-only after construction.
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    private const int Taps = 3;

    private readonly AlignedFloats _values;
    private readonly nint _planeLength;
    private readonly int _panelWidth;

    /// <summary>Transforms in double precision, so that each weight is rounded once.</summary>
    /// <param name="weights"><c>[Output, Input, 3, 3]</c>.</param>
    /// <param name="channels">Channels of the convolution.</param>
    /// <param name="chunks">Chunks of the input channels.</param>
    /// <param name="matrix">G, <c>[edge, 3]</c>.</param>
    /// <param name="panelWidth">Output channels in a panel.</param>
    public PackedWeights(
        ReadOnlySpan<float> weights, ConvolutionChannels channels, IReadOnlyList<DepthChunk> chunks, ReadOnlySpan<double> matrix, int panelWidth)
    {
        int edge = matrix.Length / Taps;
        _panelWidth = panelWidth;
        Panels = (channels.Output + panelWidth - 1) / panelWidth;
        _planeLength = (nint)channels.Input * Panels * panelWidth;
        _values = new AlignedFloats(edge * edge * _planeLength);
        Span<double> half = stackalloc double[edge * Taps];
        foreach (DepthChunk chunk in chunks)
        {
            for (int output = 0; output < channels.Output; output++)
            {
                float* target = Panel(0, chunk, output / panelWidth) + (output % panelWidth);
                for (int step = 0; step < chunk.Length; step++, target += panelWidth)
                {
                    ReadOnlySpan<float> taps = weights.Slice(((output * channels.Input) + chunk.FirstChannel + step) * Taps * Taps, Taps * Taps);
                    Transform(taps, matrix, half, target);
                }
            }
        }
    }

    /// <summary>Panels of output channels.</summary>
    public int Panels { get; }

    /// <summary>The weights of a plane, a chunk of depth and a panel, <c>[chunk.Length, panel width]</c>.</summary>
    public float* Panel(int plane, DepthChunk chunk, int panel) =>
        _values.Pointer + (plane * _planeLength) + ((((nint)chunk.FirstChannel * Panels) + ((nint)panel * chunk.Length)) * _panelWidth);

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();

    private void Transform(ReadOnlySpan<float> taps, ReadOnlySpan<double> matrix, Span<double> half, float* target)
    {
        int edge = matrix.Length / Taps;
        for (int i = 0; i < edge; i++)
        {
            for (int x = 0; x < Taps; x++)
            {
                half[(i * Taps) + x] = (matrix[i * Taps] * taps[x])
                    + (matrix[(i * Taps) + 1] * taps[Taps + x])
                    + (matrix[(i * Taps) + 2] * taps[(2 * Taps) + x]);
            }
        }

        for (int i = 0; i < edge; i++)
        {
            for (int j = 0; j < edge; j++)
            {
                target[((i * edge) + j) * _planeLength] = (float)((matrix[j * Taps] * half[i * Taps])
                    + (matrix[(j * Taps) + 1] * half[(i * Taps) + 1])
                    + (matrix[(j * Taps) + 2] * half[(i * Taps) + 2]));
            }
        }
    }
}
