using System.Collections;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Slides.Tissue;

/// <summary>Selects the tiles with at least 1 % tissue on the thumbnail. Source: spec/inference.md §6.5.</summary>
internal static class TileSelector
{
    private const double MaxBackground = 0.99;

    /// <summary>Selects tiles.</summary>
    /// <param name="grid">Geometry of the tiles.</param>
    /// <param name="tissue">Tissue on the thumbnail of the grid's active area.</param>
    /// <param name="halvings">One mask px is 2^n source px of the grid.</param>
    /// <returns>One bit per tile, row-major.</returns>
    public static BitArray Select(TileGrid grid, BinaryMask tissue, int halvings)
    {
        double exactSide = grid.ReadStride / Math.Pow(2, halvings);
        if (exactSide < 1)
        {
            return new BitArray(grid.TileCount, defaultValue: true);
        }

        int side = (int)Math.Ceiling(exactSide);
        int overlap = (int)Math.Ceiling(grid.ReadHalfOverlap / Math.Pow(2, halvings));
        double drift = side - exactSide;
        var selected = new BitArray(grid.TileCount);
        for (int row = 0; row < grid.Rows; row++)
        {
            (int top, int bottom) = Window(row, grid.Rows, side, overlap, drift);
            for (int column = 0; column < grid.Columns; column++)
            {
                (int left, int right) = Window(column, grid.Columns, side, overlap, drift);
                long pixels = tissue.CountIn(left, top, right, bottom);
                selected[grid.IndexOf(new TileId(row, column))] = 1 - (pixels / ((double)side * side)) <= MaxBackground;
            }
        }

        return selected;
    }

    /// <summary>Mask px of a tile along one axis. The rounded-up side is too long by <paramref name="drift"/> per tile, which is taken back.</summary>
    private static (int Start, int End) Window(int position, int count, int side, int overlap, double drift)
    {
        int shift = (int)Math.Floor(drift * position);
        int start = Math.Max(0, (position * side) - (position > 0 ? overlap : 0));
        int end = ((position + 1) * side) + (position < count - 1 ? overlap : 0);
        return (start - shift, end - shift);
    }
}
