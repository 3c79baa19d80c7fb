using CellVitCluster.Model.Convolutions;

namespace CellVitCluster.Model.Products;

/// <summary>
/// Works on a block of queries of one head at a time: for each block of keys the scores are computed, turned into weights under the largest
/// score met so far, and multiplied by the values; when a larger score comes, what was summed before is scaled down. Sums have one order
/// whatever the number of threads. Source: Dao et al., "FlashAttention", 2022, §3.1; Milakov and Gimelshein, "Online normalizer calculation
/// for softmax", 2018.
/// </summary>
/// <typeparam name="TKernel">Operations of the register width.</typeparam>
/// <typeparam name="TVector">Its register.</typeparam>
/// <typeparam name="TExponential">Exponential in that width.</typeparam>
internal sealed unsafe class AttentionPipeline<TKernel, TVector, TExponential> : AttentionPipeline
    where TKernel : struct, IVectorKernel<TVector>
    where TVector : struct
    where TExponential : struct, IExponential<TVector>
{
    /// <summary>Queries of a block: they share what the second-level cache holds of the keys and values.</summary>
    private const int QueriesPerBlock = 112;

    /// <summary>Bytes of packed keys and values at a time: small enough to be reused from the last-level cache.</summary>
    private const int PackedBytes = 8 << 20;

    private static int PanelWidth => 2 * TKernel.Lanes;

    private static int QueryPanels => QueriesPerBlock / TKernel.PanelRows;

    private static int BlockQueries => QueryPanels * TKernel.PanelRows;

    /// <inheritdoc/>
    public override void Run(AttentionTask task, int threads)
    {
        KeyBlocks blocks = KeyBlocks.Cut(task.Tokens, PanelWidth, task.HeadWidth);
        nint unitLength = blocks.Count * blocks.BlockLength;
        int group = (int)Math.Clamp(PackedBytes / (unitLength * sizeof(float)), 1, task.Units);
        using var packed = new AlignedFloats(group * unitLength);
        nint address = (nint)packed.Pointer;
        int queryBlocks = (task.Tokens + BlockQueries - 1) / BlockQueries;
        for (int first = 0; first < task.Units; first += group)
        {
            int start = first;
            int units = Math.Min(group, task.Units - first);
            Share(units, threads, 0, (unit, _) => Pack(task, blocks, start + unit, (float*)address + (unit * unitLength)));
            Share(units * queryBlocks, threads, new Scratch(task, blocks).Length, (index, scratch) =>
            {
                (int unit, int block) = Math.DivRem(index, queryBlocks);
                Attend(task, blocks, start + unit, block * BlockQueries, (float*)address + (unit * unitLength), (float*)scratch);
            });
        }
    }

    private static void Share(int count, int threads, nint scratchLength, Action<int, nint> work)
    {
        int next = -1;
        int workers = Math.Min(threads, count);
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ =>
        {
            using var scratch = new AlignedFloats(Math.Max(1, scratchLength));
            for (int index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                work(index, (nint)scratch.Pointer);
            }
        });
    }

    /// <summary>First number of a token's part: 0 for the query, 1 for the key, 2 for the value.</summary>
    private static float* Part(in AttentionTask task, int unit, int part)
    {
        (int image, int head) = Math.DivRem(unit, task.Heads);
        return (float*)task.Projected + (image * task.Tokens * task.ProjectedStride) + (part * task.OutputStride) + ((nint)head * task.HeadWidth);
    }

    private static void Pack(in AttentionTask task, KeyBlocks blocks, int unit, float* target)
    {
        float* keys = Part(task, unit, 1);
        float* values = Part(task, unit, 2);
        for (int token = 0; token < task.Tokens; token++, keys += task.ProjectedStride, values += task.ProjectedStride)
        {
            (int block, int place) = Math.DivRem(token, blocks.Length);
            float* packed = target + (block * blocks.BlockLength);
            (int panel, int column) = Math.DivRem(place, PanelWidth);
            float* key = packed + ((nint)panel * PanelWidth * task.HeadWidth) + column;
            for (int step = 0; step < task.HeadWidth; step++, key += PanelWidth)
            {
                *key = keys[step];
            }

            float* value = packed + blocks.KeysLength + ((nint)place * PanelWidth);
            for (int done = 0; done < task.HeadWidth; done += PanelWidth, value += (nint)blocks.Length * PanelWidth)
            {
                int width = Math.Min(PanelWidth, task.HeadWidth - done);
                new ReadOnlySpan<float>(values + done, width).CopyTo(new Span<float>(value, width));
            }
        }
    }

    private static void Attend(in AttentionTask task, KeyBlocks blocks, int unit, int firstQuery, float* packed, float* memory)
    {
        var scratch = new Scratch(task, blocks);
        int count = Math.Min(BlockQueries, task.Tokens - firstQuery);
        int panels = (count + TKernel.PanelRows - 1) / TKernel.PanelRows;
        PackQueries(task, Part(task, unit, 0) + (firstQuery * task.ProjectedStride), count, memory + scratch.Queries, scratch.QueryPanel);
        float* largest = memory + scratch.Largest;
        float* total = memory + scratch.Total;
        new Span<float>(largest, BlockQueries).Fill(float.NegativeInfinity);
        new Span<float>(total, BlockQueries).Clear();
        for (int block = 0; block < blocks.Count; block++, packed += blocks.BlockLength)
        {
            int firstKey = block * blocks.Length;
            int keys = Math.Min(blocks.Length, task.Tokens - firstKey);
            int keyPanels = (keys + PanelWidth - 1) / PanelWidth;
            for (int panel = 0; panel < panels; panel++)
            {
                float* queries = memory + scratch.Queries + (panel * scratch.QueryPanel);
                for (int k = 0; k < keyPanels; k++)
                {
                    TKernel.MultiplyPanel(
                        queries, packed + ((nint)k * PanelWidth * task.HeadWidth), memory + scratch.Scores + (k * PanelWidth), blocks.Length, task.HeadWidth, accumulate: false);
                }

                int firstRow = panel * TKernel.PanelRows;
                float* sums = memory + scratch.Sums + (firstRow * scratch.SumStride);
                for (int row = 0; row < TKernel.PanelRows; row++)
                {
                    float* scores = memory + scratch.Scores + ((nint)row * blocks.Length);
                    new Span<float>(scores + keys, (keyPanels * PanelWidth) - keys).Fill(float.NegativeInfinity);
                    int query = firstQuery + firstRow + row;
                    if (task.Bias.Vertical != 0 && query < task.Tokens)
                    {
                        AddBias(task, unit, query, firstKey, keys, scores, memory + scratch.Bias);
                    }

                    float factor = Weigh(scores, keyPanels * 2, memory + scratch.Weights + (row * TKernel.Lanes), ref largest[firstRow + row], ref total[firstRow + row]);
                    if (block > 0 && factor != 1)
                    {
                        Scale(sums + (row * scratch.SumStride), factor, (int)scratch.SumStride);
                    }
                }

                for (int v = 0; v < blocks.ValuePanels; v++)
                {
                    TKernel.MultiplyPanel(
                        memory + scratch.Weights,
                        packed + blocks.KeysLength + ((nint)v * blocks.Length * PanelWidth),
                        sums + (v * PanelWidth),
                        scratch.SumStride,
                        keys,
                        accumulate: block > 0);
                }
            }
        }

        Write(task, unit, firstQuery, count, memory + scratch.Sums, scratch.SumStride, total);
    }

    /// <summary>Lays the queries out as rows of the product, multiplied by the scale of the scores.</summary>
    private static void PackQueries(in AttentionTask task, float* source, int count, float* target, nint panelLength)
    {
        float scale = (float)(1 / Math.Sqrt(task.HeadWidth));
        for (int row = 0; row < count; row++, source += task.ProjectedStride)
        {
            (int panel, int place) = Math.DivRem(row, TKernel.PanelRows);
            float* packed = target + (panel * panelLength) + (place * TKernel.Lanes);
            for (int step = 0; step < task.HeadWidth; step++)
            {
                packed[(step / TKernel.Lanes * TKernel.PanelRows * TKernel.Lanes) + (step % TKernel.Lanes)] = scale * source[step];
            }
        }
    }

    /// <summary>
    /// Adds the bias of one query to its scores. It is first written out, row of keys by row of keys; what a register writes past the end of
    /// a row is overwritten by the next.
    /// </summary>
    private static void AddBias(in AttentionTask task, int unit, int query, int firstKey, int keys, float* scores, float* bias)
    {
        DecomposedBias parts = task.Bias;
        nint place = ((nint)unit * task.Tokens) + query;
        float* vertical = (float*)parts.Vertical + (place * parts.Rows);
        float* horizontal = bias;
        int padded = (parts.Columns + TKernel.Lanes - 1) / TKernel.Lanes * TKernel.Lanes;
        new ReadOnlySpan<float>((float*)parts.Horizontal + (place * parts.Columns), parts.Columns).CopyTo(new Span<float>(horizontal, parts.Columns));
        float* written = bias + padded;
        int firstRow = firstKey / parts.Columns;
        int lastRow = (firstKey + keys - 1) / parts.Columns;
        float* target = written;
        for (int row = firstRow; row <= lastRow; row++, target += parts.Columns)
        {
            TVector offset = TKernel.Broadcast(vertical[row]);
            for (int column = 0; column < parts.Columns; column += TKernel.Lanes)
            {
                TKernel.Store(TKernel.Add(offset, TKernel.Load(horizontal + column)), target + column);
            }
        }

        float* used = written + (firstKey - (firstRow * parts.Columns));
        for (int key = 0; key < keys; key += TKernel.Lanes)
        {
            TKernel.Store(TKernel.Add(TKernel.Load(scores + key), TKernel.Load(used + key)), scores + key);
        }
    }

    /// <summary>Turns scores of a query into weights.</summary>
    /// <param name="scores">Scores, aligned.</param>
    /// <param name="registers">Registers of scores.</param>
    /// <param name="weights">Receives a register each, at the stride of a product's rows.</param>
    /// <param name="largest">Largest score so far.</param>
    /// <param name="total">Sum of weights so far.</param>
    /// <returns>What earlier sums must be multiplied by.</returns>
    private static float Weigh(float* scores, int registers, float* weights, ref float largest, ref float total)
    {
        TVector peak = TKernel.Load(scores);
        for (int i = 1; i < registers; i++)
        {
            peak = TKernel.AtLeast(peak, TKernel.Load(scores + (i * TKernel.Lanes)));
        }

        float bound = Math.Max(largest, TExponential.Largest(peak));
        TVector shift = TKernel.Broadcast(bound);
        TVector sum = TKernel.Broadcast(0);
        for (int i = 0; i < registers; i++)
        {
            TVector weight = TExponential.Exp(TKernel.Subtract(TKernel.Load(scores + (i * TKernel.Lanes)), shift));
            sum = TKernel.Add(sum, weight);
            TKernel.Store(weight, weights + (i * TKernel.PanelRows * TKernel.Lanes));
        }

        float factor = MathF.Exp(largest - bound);
        largest = bound;
        total = (total * factor) + TExponential.Sum(sum);
        return factor;
    }

    private static void Scale(float* values, float factor, int count)
    {
        TVector by = TKernel.Broadcast(factor);
        for (int i = 0; i < count; i += TKernel.Lanes)
        {
            TKernel.Store(TKernel.Multiply(by, TKernel.Load(values + i)), values + i);
        }
    }

    private static void Write(in AttentionTask task, int unit, int firstQuery, int count, float* sums, nint sumStride, float* total)
    {
        (int image, int head) = Math.DivRem(unit, task.Heads);
        nint token = ((nint)image * task.Tokens) + firstQuery;
        float* target = (float*)task.Output + (token * task.OutputStride) + ((nint)head * task.HeadWidth);
        for (int row = 0; row < count; row++, sums += sumStride, target += task.OutputStride)
        {
            Scale(sums, 1 / total[row], (int)sumStride);
            new ReadOnlySpan<float>(sums, task.HeadWidth).CopyTo(new Span<float>(target, task.HeadWidth));
        }
    }

    /// <summary>Where the parts of a thread's memory begin, in numbers; all on cache lines.</summary>
    private readonly struct Scratch
    {
        public Scratch(in AttentionTask task, KeyBlocks blocks)
        {
            nint panelArea = (nint)TKernel.PanelRows * blocks.Length;
            QueryPanel = (nint)DepthChunk.Blocks(task.HeadWidth, TKernel.Lanes) * TKernel.PanelRows * TKernel.Lanes;
            SumStride = (nint)blocks.ValuePanels * PanelWidth;
            Scores = QueryPanels * QueryPanel;
            Weights = Scores + panelArea;
            Sums = Weights + panelArea;
            Largest = Sums + (BlockQueries * SumStride);
            Total = Largest + Line(BlockQueries);
            Bias = Total + Line(BlockQueries);
            Length = Bias + blocks.Length + (4 * Line(task.Bias.Columns)) + (2 * PanelWidth);
        }

        public nint Queries => 0;

        public nint QueryPanel { get; }

        public nint Scores { get; }

        public nint Weights { get; }

        public nint Sums { get; }

        public nint SumStride { get; }

        public nint Largest { get; }

        public nint Total { get; }

        public nint Bias { get; }

        public nint Length { get; }

        private static nint Line(int count) => (count + 15) / 16 * 16;
    }
}
