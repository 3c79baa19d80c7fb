using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Compat;

/// <summary>
/// The published correction for slides of one row or column of tiles, whose white padding lies at the upper and left side only
/// (spec/inference.md §15). As published it moves both axes whenever one has a single tile and takes 1024 px tiles for granted, so it is right
/// only where both axes have one tile and nothing was resampled (spec/differences.md §2.7).
/// </summary>
internal static class ReferencePadding
{
    /// <summary>The grid under which the cells of such a slide come to lie where the correction puts them; others keep theirs.</summary>
    public static TileGrid Correct(TileGrid grid)
    {
        if (grid.Columns > 1 && grid.Rows > 1)
        {
            return grid;
        }

        const int Edge = TileGrid.TileSize - (TileGrid.Overlap / 2);
        SlideRect area = grid.ActiveArea;
        return grid with { ActiveArea = area with { X = area.X - Edge + grid.SourceWidth, Y = area.Y - Edge + grid.SourceHeight } };
    }

    /// <summary>Whether a corrected cell touches the edge of the slide.</summary>
    /// <param name="cell">Cell projected under the corrected grid.</param>
    /// <param name="grid">The slide's own grid.</param>
    public static SlideCell Flag(SlideCell cell, TileGrid grid)
    {
        // The published outline runs through the centers of the pixels: half a pixel inside, and nothing nearer is possible.
        double pixel = grid.LevelZeroPerGridPixel;
        SlideRect bounds = cell.Outline.Bounds, area = grid.ActiveArea;
        bool touches = bounds.X < area.X + pixel || bounds.Y < area.Y + pixel || bounds.Right > area.Right - pixel || bounds.Bottom > area.Bottom - pixel;
        return cell with { Flags = (cell.Flags & ~CellFlags.TouchesSlideEdge) | (touches ? CellFlags.TouchesSlideEdge : CellFlags.None) };
    }
}
