using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Inference.Embeddings;

/// <summary>
/// Embedding of a nucleus: the mean of the ViT tokens that its box touches (spec/inference.md §12). Pure, thread-safe, the same bits on every
/// processor: tokens are added row by row in single precision.
/// </summary>
public static class TokenPooler
{
    /// <summary>
    /// Features pooled together, a cache line of them: their 64 × 64 tokens fit the second-level cache, their sums two registers of eight values.
    /// </summary>
    private const int BlockFeatures = 16;

    /// <summary>Pools the tokens of one box.</summary>
    /// <param name="tokens">Tokens <c>[D, T, T]</c>, row-major: feature, token row, token column.</param>
    /// <param name="width">D.</param>
    /// <param name="tokensPerSide">T.</param>
    /// <param name="patchSize">Side of a token in px of the network's input.</param>
    /// <param name="box">Box in tile px.</param>
    /// <param name="token">Receives the mean, D values.</param>
    /// <param name="inputScale">Network input px per tile px: 1, or 1022/1024 for networks that shrink their input.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Pool(
        ReadOnlySpan<float> tokens, int width, int tokensPerSide, int patchSize, TileRect box, Span<float> token, double inputScale = 1)
    {
        Check(tokens, width, tokensPerSide);
        if (token.Length != width)
        {
            throw new ArgumentException($"The token has {token.Length} values, expected {width}.", nameof(token));
        }

        TileRect covered = Covered(box, tokensPerSide, patchSize, inputScale);
        int plane = tokensPerSide * tokensPerSide;
        for (int feature = 0; feature < width; feature++)
        {
            float sum = 0;
            for (int row = covered.Y; row < covered.Bottom; row++)
            {
                foreach (float value in tokens.Slice((feature * plane) + (row * tokensPerSide) + covered.X, covered.Width))
                {
                    sum += value;
                }
            }

            token[feature] = sum / (covered.Width * covered.Height);
        }
    }

    /// <summary>
    /// Pools the tokens of all cells of a tile: some features at a time, whose layout is changed to <c>[T, T, features]</c> first.
    /// </summary>
    /// <param name="tokens">Tokens <c>[D, T, T]</c>.</param>
    /// <param name="width">D.</param>
    /// <param name="tokensPerSide">T.</param>
    /// <param name="patchSize">Side of a token in px of the network's input.</param>
    /// <param name="cells">Cells.</param>
    /// <param name="inputScale">Network input px per tile px.</param>
    /// <returns>fp16 embeddings <c>[cells, D]</c>, values beyond the range of fp16 saturated to its largest finite ones.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static Half[] PoolAll(
        ReadOnlySpan<float> tokens, int width, int tokensPerSide, int patchSize, IReadOnlyList<TileCell> cells, double inputScale = 1)
    {
        ArgumentNullException.ThrowIfNull(cells);
        Check(tokens, width, tokensPerSide);
        if (cells.Count == 0)
        {
            return [];
        }

        // Every value is written below; clearing two megabytes first would cost as much as converting them.
        Half[] pooled = GC.AllocateUninitializedArray<Half>(cells.Count * width);
        TileRect[] covered = CoveredBy(cells, tokensPerSide, patchSize, inputScale);
        int plane = tokensPerSide * tokensPerSide;
        float[] rented = ArrayPool<float>.Shared.Rent(BlockFeatures * plane);
        Span<float> block = rented.AsSpan(0, BlockFeatures * plane);
        for (int first = 0; first < width; first += BlockFeatures)
        {
            int count = Math.Min(BlockFeatures, width - first);
            PlaneTransposition.Transpose(tokens.Slice(first * plane, count * plane), count, plane, block, BlockFeatures);
            PoolBlock(block, BlockFeatures, tokensPerSide, covered, pooled.AsSpan(first), width, count);
        }

        ArrayPool<float>.Shared.Return(rented);
        return pooled;
    }

    /// <summary>Pools the tokens of all cells of a tile from the layout in which a ViT computes them.</summary>
    /// <param name="tokens">Tokens <c>[T, T, D]</c>.</param>
    /// <param name="width">D.</param>
    /// <param name="tokensPerSide">T.</param>
    /// <param name="patchSize">Side of a token in px of the network's input.</param>
    /// <param name="cells">Cells.</param>
    /// <param name="inputScale">Network input px per tile px.</param>
    /// <returns>fp16 embeddings <c>[cells, D]</c>, as <see cref="PoolAll"/> returns them.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static Half[] PoolTokenMajor(
        ReadOnlySpan<float> tokens, int width, int tokensPerSide, int patchSize, IReadOnlyList<TileCell> cells, double inputScale = 1)
    {
        ArgumentNullException.ThrowIfNull(cells);
        Check(tokens, width, tokensPerSide);
        var pooled = new Half[cells.Count * width];
        TileRect[] covered = CoveredBy(cells, tokensPerSide, patchSize, inputScale);
        int first = 0;
        for (; first <= width - BlockFeatures; first += BlockFeatures)
        {
            PoolBlock(tokens[first..], width, tokensPerSide, covered, pooled.AsSpan(first), width, BlockFeatures);
        }

        PoolEach(tokens, width, tokensPerSide, covered, pooled, first);
        return pooled;
    }

    /// <summary>Means of a block of features.</summary>
    /// <param name="tokens"><c>[T, T, stride]</c>, of which the first <see cref="BlockFeatures"/> of each row are read.</param>
    /// <param name="stride">Distance of the tokens.</param>
    /// <param name="tokensPerSide">T.</param>
    /// <param name="covered">Token rows and columns per cell.</param>
    /// <param name="pooled">Receives row n for cell n.</param>
    /// <param name="width">Distance of its rows.</param>
    /// <param name="count">Features wanted, at most <see cref="BlockFeatures"/>.</param>
    private static void PoolBlock(
        ReadOnlySpan<float> tokens, int stride, int tokensPerSide, ReadOnlySpan<TileRect> covered, Span<Half> pooled, int width, int count)
    {
        Span<float> means = stackalloc float[BlockFeatures];
        ref float mean = ref MemoryMarshal.GetReference(means);
        for (int i = 0; i < covered.Length; i++)
        {
            TileRect area = covered[i];
            Vector256<float> low = Vector256<float>.Zero, high = Vector256<float>.Zero;
            for (int row = area.Y; row < area.Bottom; row++)
            {
                // The slice checks the bounds of all its tokens.
                int start = ((row * tokensPerSide) + area.X) * stride;
                int length = ((area.Width - 1) * stride) + BlockFeatures;
                ref float token = ref MemoryMarshal.GetReference(tokens.Slice(start, length));
                for (int offset = 0; offset < length; offset += stride)
                {
                    low += Vector256.LoadUnsafe(ref token, (nuint)offset);
                    high += Vector256.LoadUnsafe(ref token, (nuint)(offset + Vector256<float>.Count));
                }
            }

            float tokenCount = area.Width * area.Height;
            (low / tokenCount).StoreUnsafe(ref mean);
            (high / tokenCount).StoreUnsafe(ref mean, (nuint)Vector256<float>.Count);
            SaturatedHalves.Convert(means[..count], pooled.Slice(i * width, count));
        }
    }

    /// <summary>Means of the features from <paramref name="first"/> on, one by one.</summary>
    private static void PoolEach(
        ReadOnlySpan<float> tokens, int width, int tokensPerSide, ReadOnlySpan<TileRect> covered, Span<Half> pooled, int first)
    {
        Span<float> mean = stackalloc float[1];
        for (int i = 0; i < covered.Length; i++)
        {
            TileRect area = covered[i];
            for (int feature = first; feature < width; feature++)
            {
                float sum = 0;
                for (int row = area.Y; row < area.Bottom; row++)
                {
                    for (int column = area.X; column < area.Right; column++)
                    {
                        sum += tokens[(((row * tokensPerSide) + column) * width) + feature];
                    }
                }

                mean[0] = sum / (area.Width * area.Height);
                SaturatedHalves.Convert(mean, pooled.Slice((i * width) + feature, 1));
            }
        }
    }

    private static TileRect[] CoveredBy(IReadOnlyList<TileCell> cells, int tokensPerSide, int patchSize, double inputScale)
    {
        var covered = new TileRect[cells.Count];
        for (int i = 0; i < covered.Length; i++)
        {
            covered[i] = Covered(cells[i].Box, tokensPerSide, patchSize, inputScale);
        }

        return covered;
    }

    /// <summary>Token rows and columns that a box touches; at least one, also for a box in the strip a shrunk input loses.</summary>
    private static TileRect Covered(TileRect box, int tokensPerSide, int patchSize, double inputScale)
    {
        (int left, int right) = CoveredAlong(box.X, box.Right, tokensPerSide, patchSize, inputScale);
        (int top, int bottom) = CoveredAlong(box.Y, box.Bottom, tokensPerSide, patchSize, inputScale);
        return new TileRect(left, top, right - left, bottom - top);
    }

    private static (int First, int End) CoveredAlong(int start, int end, int tokensPerSide, int patchSize, double inputScale)
    {
        int first = Math.Clamp((int)Math.Floor(start * inputScale / patchSize), 0, tokensPerSide - 1);
        int last = (int)Math.Ceiling(end * inputScale / patchSize);
        return (first, Math.Clamp(last, first + 1, tokensPerSide));
    }

    private static void Check(ReadOnlySpan<float> tokens, int width, int tokensPerSide)
    {
        if (tokens.Length != width * tokensPerSide * tokensPerSide)
        {
            throw new ArgumentException(
                $"{tokens.Length} values are not {width} features of {tokensPerSide} × {tokensPerSide} tokens.", nameof(tokens));
        }
    }
}
