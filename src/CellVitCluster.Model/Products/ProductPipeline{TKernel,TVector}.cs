using CellVitCluster.Model.Convolutions;

namespace CellVitCluster.Model.Products;

/// <summary>
/// Works on blocks of rows: a block is copied in the order in which the kernel reads it, then multiplied by a few panels of weights at a
/// time, so that their sums stay in the cache. A row's result is summed in one order whatever the other rows are, so neither the number of
/// threads nor the place in a block changes a bit of it.
/// </summary>
/// <typeparam name="TKernel">Operations of the register width.</typeparam>
/// <typeparam name="TVector">Its register.</typeparam>
internal sealed unsafe class ProductPipeline<TKernel, TVector> : ProductPipeline
    where TKernel : struct, IVectorKernel<TVector>
    where TVector : struct
{
    /// <summary>Panels of rows in a block: every block reads all weights once, so blocks must not be small.</summary>
    private const int BlockPanels = 16;

    /// <summary>Panels of outputs whose sums are kept at a time: 16 panels of rows by these are about 230 KB with 512 bits.</summary>
    private const int SumPanels = 8;

    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _panels;
    private readonly IReadOnlyList<DepthChunk> _chunks;
    private readonly AlignedFloats _weights;
    private readonly AlignedFloats _bias;
    private readonly nint _rowPanelLength;

    public ProductPipeline(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int inputs, int outputs)
    {
        _inputs = inputs;
        _outputs = outputs;
        _panels = (outputs + PanelWidth - 1) / PanelWidth;
        _chunks = DepthChunk.Cut(new ConvolutionChannels(inputs, 0, outputs), TKernel.Lanes);
        _rowPanelLength = (nint)DepthChunk.Blocks(inputs, TKernel.Lanes) * RowBlock;
        _weights = new AlignedFloats((nint)inputs * _panels * PanelWidth);
        _bias = new AlignedFloats((nint)_panels * PanelWidth);
        bias.CopyTo(new Span<float>(_bias.Pointer, outputs));
        foreach (DepthChunk chunk in _chunks)
        {
            for (int output = 0; output < outputs; output++)
            {
                float* target = Columns(chunk, output / PanelWidth) + (output % PanelWidth);
                foreach (float weight in weights.Slice((output * inputs) + chunk.FirstChannel, chunk.Length))
                {
                    *target = weight;
                    target += PanelWidth;
                }
            }
        }
    }

    private static int PanelWidth => 2 * TKernel.Lanes;

    private static int RowBlock => TKernel.PanelRows * TKernel.Lanes;

    /// <inheritdoc/>
    public override void Run(nint input, nint output, long rows, int threads)
    {
        long panels = (rows + TKernel.PanelRows - 1) / TKernel.PanelRows;
        int blockPanels = (int)Math.Clamp((panels + threads - 1) / threads, 1, BlockPanels);
        long blockRows = (long)blockPanels * TKernel.PanelRows;
        long count = (rows + blockRows - 1) / blockRows;
        long next = -1;
        int workers = (int)Math.Min(threads, count);
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ =>
        {
            using var packed = new AlignedFloats(blockPanels * _rowPanelLength);
            using var sums = new AlignedFloats((nint)blockRows * SumPanels * PanelWidth);
            for (long block = Interlocked.Increment(ref next); block < count; block = Interlocked.Increment(ref next))
            {
                nint first = (nint)(block * blockRows);
                int size = (int)Math.Min(blockRows, rows - first);
                Block((float*)input + (first * _inputs), (float*)output + (first * _outputs), size, packed.Pointer, sums.Pointer);
            }
        });
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }

    private float* Columns(DepthChunk chunk, int panel) =>
        _weights.Pointer + ((((nint)chunk.FirstChannel * _panels) + ((nint)panel * chunk.Length)) * PanelWidth);

    private void Block(float* input, float* output, int rows, float* packed, float* sums)
    {
        Pack(input, rows, packed);
        int rowPanels = (rows + TKernel.PanelRows - 1) / TKernel.PanelRows;
        nint stride = (nint)SumPanels * PanelWidth;
        for (int first = 0; first < _panels; first += SumPanels)
        {
            int count = Math.Min(SumPanels, _panels - first);
            for (int c = 0; c < _chunks.Count; c++)
            {
                DepthChunk chunk = _chunks[c];
                float* chunkRows = packed + ((nint)chunk.FirstBlock * RowBlock);
                for (int panel = 0; panel < count; panel++)
                {
                    float* columns = Columns(chunk, first + panel);
                    for (int rowPanel = 0; rowPanel < rowPanels; rowPanel++)
                    {
                        TKernel.MultiplyPanel(
                            chunkRows + (rowPanel * _rowPanelLength),
                            columns,
                            sums + (rowPanel * TKernel.PanelRows * stride) + (panel * PanelWidth),
                            stride,
                            chunk.Length,
                            accumulate: c > 0);
                    }
                }
            }

            int column = first * PanelWidth;
            AddBias(sums, stride, rows, column, Math.Min(count * PanelWidth, _outputs - column), output);
        }
    }

    /// <summary>Copies rows into panels. What pads the last panel and the last register is never part of a result.</summary>
    private void Pack(float* input, int rows, float* packed)
    {
        int whole = _inputs / TKernel.Lanes;
        int rest = _inputs % TKernel.Lanes;
        for (int row = 0; row < rows; row++)
        {
            (int panel, int place) = Math.DivRem(row, TKernel.PanelRows);
            float* source = input + ((nint)row * _inputs);
            float* target = packed + (panel * _rowPanelLength) + (place * TKernel.Lanes);
            for (int block = 0; block < whole; block++, source += TKernel.Lanes, target += RowBlock)
            {
                TKernel.Store(TKernel.Load(source), target);
            }

            new ReadOnlySpan<float>(source, rest).CopyTo(new Span<float>(target, rest));
        }
    }

    private void AddBias(float* sums, nint stride, int rows, int column, int width, float* output)
    {
        float* bias = _bias.Pointer + column;
        for (int row = 0; row < rows; row++)
        {
            float* source = sums + (row * stride);
            float* target = output + ((nint)row * _outputs) + column;
            int at = 0;
            for (; at <= width - TKernel.Lanes; at += TKernel.Lanes)
            {
                TKernel.Store(TKernel.Add(TKernel.Load(source + at), TKernel.Load(bias + at)), target + at);
            }

            for (; at < width; at++)
            {
                target[at] = source[at] + bias[at];
            }
        }
    }
}
