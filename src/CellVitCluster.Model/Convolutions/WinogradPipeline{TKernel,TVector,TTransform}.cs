using System.Runtime.InteropServices;

namespace CellVitCluster.Model.Convolutions;

/// <summary>
/// Works block by block: the patches of a block are transformed, multiplied plane by plane and transformed back while they are in the
/// cache. A tile's result depends on its own pixels only and is summed in one order, so neither the number of threads nor the place in a
/// block changes a bit of it.
/// </summary>
/// <typeparam name="TKernel">Operations of the register width.</typeparam>
/// <typeparam name="TVector">Its register.</typeparam>
/// <typeparam name="TTransform">Algebra of the tile size.</typeparam>
internal sealed unsafe class WinogradPipeline<TKernel, TVector, TTransform> : WinogradPipeline
    where TKernel : struct, IVectorKernel<TVector>
    where TVector : struct
    where TTransform : struct, ITileTransform
{
    /// <summary>Bytes of transformed patches and products that a block aims at: about the second-level cache of a core.</summary>
    private const int BlockBytes = 1 << 20;

    /// <summary>Keeps planes from starting at equal offsets within a page, where they would evict each other.</summary>
    private const int PlanePadding = 5 * 16;

    private readonly ConvolutionChannels _channels;
    private readonly IReadOnlyList<DepthChunk> _chunks;
    private readonly PackedWeights _weights;
    private readonly AlignedFloats _bias;
    private readonly float _bound;
    private readonly int _blockRows;
    private readonly int _depthBlocks;
    private readonly nint _panelLength;
    private readonly nint _patchPlane;
    private readonly nint _productStride;
    private readonly nint _productPlane;
    private readonly nint _edgeLength;

    public WinogradPipeline(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, ConvolutionChannels channels, bool rectify)
    {
        _channels = channels;
        _chunks = DepthChunk.Cut(channels, TKernel.Lanes);
        _weights = new PackedWeights(weights, channels, _chunks, TTransform.WeightMatrix, 2 * TKernel.Lanes);
        _productStride = _weights.Panels * 2 * TKernel.Lanes;
        _bias = new AlignedFloats(_productStride);
        bias.CopyTo(new Span<float>(_bias.Pointer, channels.Output));
        _bound = rectify ? 0 : float.NegativeInfinity;

        int firstBlocks = DepthChunk.Blocks(channels.First, TKernel.Lanes);
        int secondBlocks = DepthChunk.Blocks(channels.Second, TKernel.Lanes);
        _depthBlocks = firstBlocks + secondBlocks;
        _panelLength = (nint)_depthBlocks * TKernel.PanelRows * TKernel.Lanes;

        // Blocks of 4, 8, 12, … panels: whole panels in whole rows of tiles.
        int rowsOfWholePanels = TKernel.PanelRows / 2;
        long bytesPerTile = (long)Planes * sizeof(float) * ((_depthBlocks * TKernel.Lanes) + _productStride);
        long fitting = BlockBytes / (bytesPerTile * TileGrid.BlockColumns * rowsOfWholePanels);
        _blockRows = rowsOfWholePanels * (int)Math.Clamp(fitting, 1, 4);
        nint panels = BlockPanels(_blockRows * TileGrid.BlockColumns);
        _patchPlane = (panels * _panelLength) + PlanePadding;
        _productPlane = (panels * TKernel.PanelRows * _productStride) + PlanePadding;
        _edgeLength = Planes * Math.Max(_productStride, (nint)Math.Max(firstBlocks, secondBlocks) * TKernel.Lanes);
    }

    private static int Planes => TTransform.PatchEdge * TTransform.PatchEdge;

    /// <inheritdoc/>
    public override void Run(ConvolutionTask task, int threads)
    {
        var grid = new TileGrid(task.Height, task.Width, TTransform.OutputEdge, _blockRows);
        int blocks = grid.Blocks;
        long count = (long)blocks * task.Batch;
        long next = -1;
        int workers = (int)Math.Min(threads, count);
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ =>
        {
            using var scratch = new AlignedFloats((Planes * (_patchPlane + _productPlane)) + _edgeLength);
            for (long block = Interlocked.Increment(ref next); block < count; block = Interlocked.Increment(ref next))
            {
                Block(task, grid, (int)(block / blocks), (int)(block % blocks), scratch.Pointer);
            }
        });
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }

    private static int BlockPanels(int tiles) => (tiles + TKernel.PanelRows - 1) / TKernel.PanelRows;

    private void Block(in ConvolutionTask task, TileGrid grid, int image, int block, float* scratch)
    {
        float* patches = scratch;
        float* products = patches + (Planes * _patchPlane);
        float* edge = products + (Planes * _productPlane);
        (int top, int left, int rows, int columns) = grid.TilesOf(block);

        nint pixels = (nint)image * task.Height * task.Width;
        float* first = (float*)task.First + (pixels * _channels.First);
        float* second = (float*)task.Second + (pixels * _channels.Second);
        float* output = (float*)task.Output + (pixels * _channels.Output);
        int tile = 0;
        for (int row = top; row < top + rows; row++)
        {
            for (int column = left; column < left + columns; column++, tile++)
            {
                (int panel, int place) = Math.DivRem(tile, TKernel.PanelRows);
                float* target = patches + (panel * _panelLength) + (place * TKernel.Lanes);
                Patch(task, first, _channels.First, row, column, edge, target);
                if (_channels.Second > 0)
                {
                    nint firstBlocks = DepthChunk.Blocks(_channels.First, TKernel.Lanes);
                    Patch(task, second, _channels.Second, row, column, edge, target + (firstBlocks * TKernel.PanelRows * TKernel.Lanes));
                }
            }
        }

        Multiply(patches, products, BlockPanels(tile));

        tile = 0;
        for (int row = top; row < top + rows; row++)
        {
            for (int column = left; column < left + columns; column++, tile++)
            {
                Result(task, products + (tile * _productStride), row, column, edge, output);
            }
        }
    }

    /// <summary>Transforms the patch of a tile. Whole registers inside the map are read in place; the rest goes through a copy with zeros.</summary>
    private void Patch(in ConvolutionTask task, float* map, int channels, int tileRow, int tileColumn, float* copy, float* target)
    {
        int size = TTransform.PatchEdge;
        int top = (tileRow * TTransform.OutputEdge) - 1;
        int left = (tileColumn * TTransform.OutputEdge) - 1;
        bool inside = top >= 0 && left >= 0 && top + size <= task.Height && left + size <= task.Width;
        int whole = inside ? channels / TKernel.Lanes : 0;
        nint rowStride = (nint)task.Width * channels;
        nint vectorStride = TKernel.PanelRows * TKernel.Lanes;
        float* corner = map + (((nint)top * task.Width) + left) * channels;
        TTransform.Input<TKernel, TVector>(corner, rowStride, channels, whole, target, vectorStride, _patchPlane);

        int done = whole * TKernel.Lanes;
        if (done == channels)
        {
            return;
        }

        int rest = DepthChunk.Blocks(channels - done, TKernel.Lanes);
        int width = rest * TKernel.Lanes;
        NativeMemory.Clear(copy, (nuint)(Planes * width * sizeof(float)));
        for (int y = Math.Max(0, -top); y < Math.Min(size, task.Height - top); y++)
        {
            for (int x = Math.Max(0, -left); x < Math.Min(size, task.Width - left); x++)
            {
                var pixel = new ReadOnlySpan<float>(corner + (y * rowStride) + (x * channels) + done, channels - done);
                pixel.CopyTo(new Span<float>(copy + (((y * size) + x) * width), width));
            }
        }

        TTransform.Input<TKernel, TVector>(copy, size * width, width, rest, target + (whole * vectorStride), vectorStride, _patchPlane);
    }

    private void Multiply(float* patches, float* products, int panels)
    {
        nint rowBlock = TKernel.PanelRows * TKernel.Lanes;
        for (int plane = 0; plane < Planes; plane++)
        {
            for (int c = 0; c < _chunks.Count; c++)
            {
                DepthChunk chunk = _chunks[c];
                float* rows = patches + (plane * _patchPlane) + (chunk.FirstBlock * rowBlock);
                float* product = products + (plane * _productPlane);
                for (int panel = 0; panel < _weights.Panels; panel++, product += 2 * TKernel.Lanes)
                {
                    float* columns = _weights.Panel(plane, chunk, panel);
                    for (int rowPanel = 0; rowPanel < panels; rowPanel++)
                    {
                        TKernel.MultiplyPanel(
                            rows + (rowPanel * _panelLength),
                            columns,
                            product + (rowPanel * TKernel.PanelRows * _productStride),
                            _productStride,
                            chunk.Length,
                            accumulate: c > 0);
                    }
                }
            }
        }
    }

    /// <summary>Transforms the products of a tile back. Whole registers inside the map are written in place; the rest goes through a copy.</summary>
    private void Result(in ConvolutionTask task, float* product, int tileRow, int tileColumn, float* copy, float* output)
    {
        int size = TTransform.OutputEdge;
        int channels = _channels.Output;
        int rows = Math.Min(size, task.Height - (tileRow * size));
        int columns = Math.Min(size, task.Width - (tileColumn * size));
        int whole = rows == size && columns == size ? channels / TKernel.Lanes : 0;
        nint rowStride = (nint)task.Width * channels;
        float* corner = output + (((nint)tileRow * size * task.Width) + ((nint)tileColumn * size)) * channels;
        TTransform.Output<TKernel, TVector>(product, _productPlane, whole, _bias.Pointer, _bound, corner, rowStride, channels);

        int done = whole * TKernel.Lanes;
        if (done == channels)
        {
            return;
        }

        int rest = DepthChunk.Blocks(channels - done, TKernel.Lanes);
        int width = rest * TKernel.Lanes;
        TTransform.Output<TKernel, TVector>(product + done, _productPlane, rest, _bias.Pointer + done, _bound, copy, size * width, width);
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                var pixel = new ReadOnlySpan<float>(copy + (((y * size) + x) * width), channels - done);
                pixel.CopyTo(new Span<float>(corner + (y * rowStride) + (x * channels) + done, channels - done));
            }
        }
    }
}
