using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Domain.Cells;

/// <summary>All nuclei of one tile with their embeddings. Immutable; the arrays are owned by this object.</summary>
public sealed class TileCells
{
    /// <summary>Bundles the cells of a tile with their tokens.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="cells">Cells in the order of their instance numbers.</param>
    /// <param name="tokenWidth">Length of one embedding.</param>
    /// <param name="tokens">fp16 embeddings <c>[cells, width]</c>, row n belongs to cell n.</param>
    /// <param name="classProbabilities">Row n belongs to cell n; null when there are none.</param>
    /// <exception cref="ArgumentException">The tokens or probabilities do not have one row per cell.</exception>
    public TileCells(
        TileId tile, IReadOnlyList<TileCell> cells, int tokenWidth, Half[] tokens, ClassProbabilities? classProbabilities = null)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Length != cells.Count * tokenWidth)
        {
            throw new ArgumentException($"{cells.Count} cells of width {tokenWidth} need {cells.Count * tokenWidth} values, got {tokens.Length}.", nameof(tokens));
        }

        ClassProbabilities = classProbabilities ?? ClassProbabilities.None;
        if (ClassProbabilities.Values.Length != cells.Count * ClassProbabilities.ClassCount)
        {
            throw new ArgumentException(
                $"{cells.Count} cells of {ClassProbabilities.ClassCount} classes need {cells.Count * ClassProbabilities.ClassCount} "
                + $"probabilities, got {ClassProbabilities.Values.Length}.",
                nameof(classProbabilities));
        }

        Tile = tile;
        Cells = cells;
        TokenWidth = tokenWidth;
        Tokens = tokens;
    }

    /// <summary>The tile.</summary>
    public TileId Tile { get; }

    /// <summary>Cells in the order of their instance numbers.</summary>
    public IReadOnlyList<TileCell> Cells { get; }

    /// <summary>Length of one embedding.</summary>
    public int TokenWidth { get; }

    /// <summary>fp16 embeddings <c>[cells, width]</c>, row-major.</summary>
    public Half[] Tokens { get; }

    /// <summary>Class probabilities <c>[cells, classes]</c>; <see cref="ClassProbabilities.None"/> when they were not computed.</summary>
    public ClassProbabilities ClassProbabilities { get; }

    /// <summary>Embedding of cell <paramref name="index"/>.</summary>
    public ReadOnlyMemory<Half> TokenOf(int index) => Tokens.AsMemory(index * TokenWidth, TokenWidth);
}
