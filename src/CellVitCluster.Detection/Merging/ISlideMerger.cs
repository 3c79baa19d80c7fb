using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>
/// Makes one set of cells of the cells of all tiles of a slide, each nucleus once. Every planned tile is reported exactly once as added or
/// skipped, in any order; a repeated report is ignored. Each cell of the result is returned by exactly one call. Not thread-safe.
/// </summary>
public interface ISlideMerger
{
    /// <summary>Takes the cells of a tile.</summary>
    /// <param name="tile">Cells of a planned tile; a tile without nuclei is added with an empty list.</param>
    /// <returns>The cells that became final, in no particular order.</returns>
    /// <exception cref="ArgumentException">The tile is not in the plan.</exception>
    IReadOnlyList<SlideCell> Add(TileCells tile);

    /// <summary>Says that a planned tile failed: its cells will never come.</summary>
    /// <param name="tile">The tile.</param>
    /// <returns>The cells that became final, in no particular order.</returns>
    /// <exception cref="ArgumentException">The tile is not in the plan.</exception>
    IReadOnlyList<SlideCell> Skip(TileId tile);

    /// <summary>Ends the slide; planned tiles that were not reported count as skipped.</summary>
    /// <returns>The remaining cells.</returns>
    IReadOnlyList<SlideCell> Complete();
}
