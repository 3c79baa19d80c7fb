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
    /// <summary>Side of the square blocks in which the layout is changed; two blocks fit the first-level cache.</summary>
    private const int BlockSide = 16;

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
    /// Pools the tokens of all cells of a tile: changes the layout to <c>[T, T, D]</c> once, then adds whole tokens.
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

        float[] rented = ArrayPool<float>.Shared.Rent(tokens.Length);
        Span<float> tokenMajor = rented.AsSpan(0, tokens.Length);
        Transpose(tokens, width, tokensPerSide * tokensPerSide, tokenMajor);
        Half[] pooled = PoolTokenMajor(tokenMajor, width, tokensPerSide, patchSize, cells, inputScale);
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
        float[] rented = ArrayPool<float>.Shared.Rent(width);
        Span<float> sum = rented.AsSpan(0, width);
        for (int i = 0; i < cells.Count; i++)
        {
            TileRect covered = Covered(cells[i].Box, tokensPerSide, patchSize, inputScale);
            sum.Clear();
            for (int row = covered.Y; row < covered.Bottom; row++)
            {
                for (int column = covered.X; column < covered.Right; column++)
                {
                    AddTo(sum, tokens.Slice(((row * tokensPerSide) + column) * width, width));
                }
            }

            int count = covered.Width * covered.Height;
            Span<Half> target = pooled.AsSpan(i * width, width);
            for (int feature = 0; feature < width; feature++)
            {
                target[feature] = Saturate(sum[feature] / count);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
        return pooled;
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

    /// <summary><c>[rows, columns]</c> to <c>[columns, rows]</c>, block by block so that both sides stay in the cache.</summary>
    private static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> target)
    {
        for (int blockRow = 0; blockRow < rows; blockRow += BlockSide)
        {
            int rowEnd = Math.Min(blockRow + BlockSide, rows);
            for (int blockColumn = 0; blockColumn < columns; blockColumn += BlockSide)
            {
                int columnEnd = Math.Min(blockColumn + BlockSide, columns);
                for (int column = blockColumn; column < columnEnd; column++)
                {
                    for (int row = blockRow; row < rowEnd; row++)
                    {
                        target[(column * rows) + row] = source[(row * columns) + column];
                    }
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
