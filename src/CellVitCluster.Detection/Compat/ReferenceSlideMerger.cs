using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Compat;

/// <summary>
/// Merging by the published rules. They judge the whole list of a slide at once, so all cells are held until
/// <see cref="Complete"/>: memory grows with the slide. Tiles may be reported in any order, the published order is restored. Positions stay
/// unrounded level-0 px with pixel centers at +0.5 · scale; rounding to the published whole numbers is the exporter's business.
/// </summary>
public sealed class ReferenceSlideMerger : ISlideMerger
{
    private readonly TilePlan _plan;
    private readonly RegionOfInterest? _region;
    private readonly TileGrid _corrected;
    private readonly CellProjection _projection;
    private readonly TileSurroundings _surroundings;
    private readonly SortedDictionary<TileId, TileCells?> _tiles = [];

    /// <summary>Merger of one slide.</summary>
    /// <param name="plan">Tiles that will be reported.</param>
    /// <param name="region">When given, cells with their centroid outside it are left out.</param>
    public ReferenceSlideMerger(TilePlan plan, RegionOfInterest? region = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        _region = region;
        _corrected = ReferencePadding.Correct(plan.Grid);
        _projection = new CellProjection(_corrected);
        _surroundings = new TileSurroundings(plan);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SlideCell> Add(TileCells tile)
    {
        ArgumentNullException.ThrowIfNull(tile);
        Report(tile.Tile, tile);
        return [];
    }

    /// <inheritdoc/>
    public IReadOnlyList<SlideCell> Skip(TileId tile)
    {
        Report(tile, null);
        return [];
    }

    /// <inheritdoc/>
    public IReadOnlyList<SlideCell> Complete()
    {
        List<(TileCells Tile, int Index)> order =
            [.. _tiles.Values.OfType<TileCells>().SelectMany(tile => Enumerable.Range(0, tile.Cells.Count).Select(i => (tile, i)))];
        List<ReferenceCell> candidates = order.ConvertAll(entry => Candidate(entry.Tile.Tile, entry.Tile.Cells[entry.Index]));
        var cells = new List<SlideCell>();
        foreach (int kept in ReferenceCleaner.Clean(candidates))
        {
            (TileCells tile, int index) = order[kept];
            TileCell cell = tile.Cells[index];
            CellFlags flags = _surroundings.CutEdges(tile.Tile, cell.Box) == TileEdges.None ? CellFlags.None : CellFlags.CutByTileBorder;
            SlideCell projected = _projection.Project(
                cell, _corrected.FrameOf(tile.Tile), tile.TokenOf(index), tile.ClassProbabilities[index], flags);
            projected = _corrected == _plan.Grid ? projected : ReferencePadding.Flag(projected, _plan.Grid);
            if (_region is null || _region.Contains(projected.Centroid))
            {
                cells.Add(projected);
            }
        }

        _tiles.Clear();
        return cells;
    }

    private void Report(TileId tile, TileCells? cells)
    {
        if (!_plan.Contains(tile))
        {
            throw new ArgumentException($"Tile {tile} is not in the plan of {_plan.Count} tiles.", nameof(tile));
        }

        _tiles.TryAdd(tile, cells);
    }

    /// <summary>The cell in the whole numbers of spec/inference.md §11.</summary>
    private ReferenceCell Candidate(TileId tile, TileCell cell)
    {
        TileFrame frame = _plan.Grid.FrameOf(tile);
        ReadOnlySpan<short> units = cell.Contour.Units;
        int[] contour = new int[units.Length];
        for (int i = 0; i < contour.Length; i += 2)
        {
            contour[i] = ((units[i] / TileContour.UnitsPerPixel) + frame.OriginX) * _plan.Grid.Downsample;
            contour[i + 1] = ((units[i + 1] / TileContour.UnitsPerPixel) + frame.OriginY) * _plan.Grid.Downsample;
        }

        return new ReferenceCell(tile, contour, ReferencePlacement.Of(tile, cell.Box));
    }
}
