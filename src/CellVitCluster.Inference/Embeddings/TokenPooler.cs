using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Inference.Embeddings;

/// <summary>
/// Embedding of a nucleus: the mean of the ViT tokens that its box touches (spec/inference.md §12). Pure, thread-safe, the same bits on every
/// processor: tokens are added row by row in single precision.
/// </summary>
public static class TokenPooler
{
    /// <summary>Features pooled together: their 64 × 64 tokens fit the second-level cache in either layout.</summary>
    private const int BlockFeatures = 32;

    /// <summary>
    /// Planes read side by side when the layout is changed. Planes of 64 × 64 tokens compete for the same places of the first-level cache, which
    /// has eight of each.
    /// </summary>
    private const int PlanesAtOnce = 8;

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

        var pooled = new Half[cells.Count * width];
        TileRect[] covered = CoveredBy(cells, tokensPerSide, patchSize, inputScale);
        int plane = tokensPerSide * tokensPerSide;
        float[] rented = ArrayPool<float>.Shared.Rent(BlockFeatures * plane);
        for (int first = 0; first < width; first += BlockFeatures)
        {
            int count = Math.Min(BlockFeatures, width - first);
            Span<float> block = rented.AsSpan(0, count * plane);
            Transpose(tokens.Slice(first * plane, count * plane), count, plane, block);
            PoolFeatures(block, count, tokensPerSide, covered, pooled.AsSpan(first), width);
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
        PoolFeatures(tokens, width, tokensPerSide, CoveredBy(cells, tokensPerSide, patchSize, inputScale), pooled, width);
        return pooled;
    }

    /// <summary>Means of some features.</summary>
    /// <param name="tokens"><c>[T, T, features]</c>.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="tokensPerSide">T.</param>
    /// <param name="covered">Token rows and columns per cell.</param>
    /// <param name="pooled">Receives row n for cell n.</param>
    /// <param name="stride">Distance of the rows.</param>
    private static void PoolFeatures(
        ReadOnlySpan<float> tokens, int features, int tokensPerSide, ReadOnlySpan<TileRect> covered, Span<Half> pooled, int stride)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(features);
        Span<float> sum = rented.AsSpan(0, features);
        for (int i = 0; i < covered.Length; i++)
        {
            TileRect area = covered[i];
            sum.Clear();
            for (int row = area.Y; row < area.Bottom; row++)
            {
                for (int column = area.X; column < area.Right; column++)
                {
                    AddTo(sum, tokens.Slice(((row * tokensPerSide) + column) * features, features));
                }
            }

            int count = area.Width * area.Height;
            Span<Half> target = pooled.Slice(i * stride, features);
            for (int feature = 0; feature < sum.Length; feature++)
            {
                target[feature] = Saturate(sum[feature] / count);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
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

    private static void AddTo(Span<float> sum, ReadOnlySpan<float> token)
    {
        ref float target = ref MemoryMarshal.GetReference(sum);
        ref float source = ref MemoryMarshal.GetReference(token);
        int i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.LoadUnsafe(ref target, (nuint)i) + Vector.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < sum.Length; i++)
        {
            sum[i] += token[i];
        }
    }

    /// <summary><c>[features, plane]</c> to <c>[plane, features]</c>.</summary>
    private static void Transpose(ReadOnlySpan<float> source, int features, int plane, Span<float> target)
    {
        for (int first = 0; first < features; first += PlanesAtOnce)
        {
            int end = Math.Min(first + PlanesAtOnce, features);
            for (int token = 0; token < plane; token++)
            {
                Span<float> values = target.Slice((token * features) + first, end - first);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = source[((first + i) * plane) + token];
                }
            }
        }
    }

    private static Half Saturate(float value) => (Half)Math.Clamp(value, (float)Half.MinValue, (float)Half.MaxValue);

    private static void Check(ReadOnlySpan<float> tokens, int width, int tokensPerSide)
    {
        if (tokens.Length != width * tokensPerSide * tokensPerSide)
        {
            throw new ArgumentException(
                $"{tokens.Length} values are not {width} features of {tokensPerSide} × {tokensPerSide} tokens.", nameof(tokens));
        }
    }
}
