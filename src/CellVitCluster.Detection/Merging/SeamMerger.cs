using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>
/// Order-free merging. A cell that no other planned tile can have seen is final at once. The others are compared pixel by pixel with the cells of
/// the tiles they reach into; cells that show the same nucleus form a group, and once every tile that could have seen any of its cells
/// has reported, the group keeps its best views: not cut by the tile's border, far from it, large. What no tile saw whole is joined.
/// <para>
/// A sliver at the border of a tile is too thin to be compared: it is left to the tile behind the border, which sees the place from within, and
/// kept only when there is none.
/// </para>
/// <para>
/// The result is a function of the set of reports: their order, repetitions and the number of workers cannot change it. Memory holds the cells
/// of the open seam only. Slide edge, missing neighbors and failed tiles end up in <see cref="SlideCell.Flags"/>.
/// </para>
/// </summary>
public sealed class SeamMerger : ISlideMerger
{
    private readonly TilePlan _plan;
    private readonly RegionOfInterest? _region;
    private readonly TileSurroundings _surroundings;
    private readonly CellProjection _projection;
    private readonly PartJoiner _joiner;
    private readonly HashSet<TileId> _reported = [];
    private readonly HashSet<TileId> _failed = [];
    private readonly Dictionary<TileId, List<SeamCell>> _waiting = [];
    private readonly SeamCells _cells = new();
    private readonly CellsByTop _byTop = new();
    private readonly List<SeamCell> _arrived = [];
    private readonly List<SeamCell> _members = [];
    private readonly List<SeamCell> _closed = [];

    /// <summary>Merger of one slide.</summary>
    /// <param name="plan">Tiles that will be reported.</param>
    /// <param name="region">When given, cells with their centroid outside it are left out.</param>
    public SeamMerger(TilePlan plan, RegionOfInterest? region = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        _region = region;
        _surroundings = new TileSurroundings(plan);
        _projection = new CellProjection(plan.Grid);
        _joiner = new PartJoiner(_projection);
    }

    /// <summary>Cells held because a tile that may have seen them has not reported.</summary>
    public int OpenCells { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<SlideCell> Add(TileCells tile)
    {
        ArgumentNullException.ThrowIfNull(tile);
        if (!Report(tile.Tile))
        {
            return [];
        }

        var final = new List<SlideCell>(tile.Cells.Count);
        List<SeamCell> neighbors = TakeWaiting(tile.Tile);
        _byTop.Reset(neighbors);
        TileFrame frame = _plan.Grid.FrameOf(tile.Tile);
        Span<TileId> witnesses = stackalloc TileId[TileSurroundings.MaxWitnesses];
        for (int i = 0; i < tile.Cells.Count; i++)
        {
            TileCell cell = tile.Cells[i];
            int count = _surroundings.Witnesses(tile.Tile, cell.Box, witnesses);
            if (count == 0)
            {
                CellFlags flags = _surroundings.CutEdges(tile.Tile, cell.Box) == TileEdges.None ? CellFlags.None : CellFlags.CutByTileBorder;
                Emit(_projection.Project(cell, frame, tile.TokenOf(i), tile.ClassProbabilities[i], flags), final);
                continue;
            }

            SeamCell held = Hold(tile, i, frame, witnesses[..count]);
            _byTop.ConnectOverlapping(held);
            _arrived.Add(held);
        }

        Release(neighbors, final);
        CloseSettled(_arrived, final);
        foreach (SeamCell cell in _arrived)
        {
            if (cell.Group.Count > 0)
            {
                cell.Detach();
            }
        }

        _arrived.Clear();
        ReturnClosed();

        return final;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SlideCell> Skip(TileId tile)
    {
        if (!Report(tile))
        {
            return [];
        }

        _failed.Add(tile);
        var final = new List<SlideCell>();
        Release(TakeWaiting(tile), final);
        ReturnClosed();
        return final;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SlideCell> Complete()
    {
        List<SlideCell> final = [.. _plan.Tiles.Where(tile => !_reported.Contains(tile)).ToList().SelectMany(Skip)];

        // The store is sealed next, which needs memory of its own.
        _cells.Clear();
        return final;
    }

    private bool Report(TileId tile) => _plan.Contains(tile)
        ? _reported.Add(tile)
        : throw new ArgumentException($"Tile {tile} is not in the plan of {_plan.Count} tiles.", nameof(tile));

    private List<SeamCell> TakeWaiting(TileId tile) => _waiting.Remove(tile, out List<SeamCell>? cells) ? cells : [];

    private SeamCell Hold(TileCells tile, int index, TileFrame frame, ReadOnlySpan<TileId> witnesses)
    {
        SeamCell held = _cells.Rent();
        int unreported = 0;
        foreach (TileId witness in witnesses)
        {
            if (_reported.Contains(witness))
            {
                continue;
            }

            unreported++;
            if (!_waiting.TryGetValue(witness, out List<SeamCell>? waiting))
            {
                _waiting.Add(witness, waiting = []);
            }

            waiting.Add(held);
        }

        held.Take(tile, index, frame, _surroundings.CutEdges(tile.Tile, tile.Cells[index].Box), unreported);
        OpenCells++;
        return held;
    }

    /// <summary>Counts the report down in the groups that waited for it and closes those that wait for nothing more.</summary>
    private void Release(List<SeamCell> neighbors, List<SlideCell> final)
    {
        foreach (SeamCell cell in neighbors)
        {
            cell.Group.Unreported--;
        }

        CloseSettled(neighbors, final);
    }

    private void CloseSettled(List<SeamCell> cells, List<SlideCell> final)
    {
        foreach (SeamCell cell in cells)
        {
            if (cell.Group.Unreported == 0 && cell.Group.Count > 0)
            {
                Close(cell.Group, final);
            }
        }
    }

    private void Close(SeamGroup group, List<SlideCell> final)
    {
        group.TakeMembers(_members);
        SeamGroup.Resolve(_members);
        bool open = false;
        foreach (SeamCell cell in _members)
        {
            open |= cell.Outcome == SeamOutcome.Open;
            if (cell.Outcome == SeamOutcome.Kept)
            {
                Emit(_projection.Project(cell, CellFlags.None), final);
            }
        }

        if (open)
        {
            EmitParts(final);
        }

        OpenCells -= _members.Count;
        _closed.AddRange(_members);
    }

    /// <summary>What no tile saw whole of the group in hand.</summary>
    private void EmitParts(List<SlideCell> final)
    {
        foreach (List<SeamCell> parts in SeamGroup.OpenParts(_members))
        {
            (CellFlags flags, bool neighborAnalyzed) = WhatIsMissing(parts);
            if (parts.Count > 1)
            {
                Emit(_joiner.Join(parts, flags), final);
            }
            else if (!neighborAnalyzed || !parts[0].IsSliver)
            {
                Emit(_projection.Project(parts[0], flags), final);
            }
        }
    }

    /// <summary>Not before the end of a report: the lists that are gone through hold closed cells too.</summary>
    private void ReturnClosed()
    {
        _cells.Return(_closed);
        _closed.Clear();
        _members.Clear();
    }

    /// <summary>
    /// Flags for the sides where a part ends at the border of its tile and no other part comes from behind that border, and whether a tile
    /// behind such a side was analyzed.
    /// </summary>
    private (CellFlags Flags, bool NeighborAnalyzed) WhatIsMissing(List<SeamCell> parts)
    {
        var flags = CellFlags.None;
        bool neighborAnalyzed = false;
        Span<TileId> witnesses = stackalloc TileId[TileSurroundings.MaxWitnesses];
        foreach (SeamCell part in parts)
        {
            TileId tile = part.Frame.Tile;
            TileEdges open = part.Cut;
            foreach (SeamCell other in parts)
            {
                open &= ~TileSurroundings.Towards(tile, other.Frame.Tile);
            }

            if (open == TileEdges.None)
            {
                continue;
            }

            flags |= CellFlags.CutByTileBorder;
            int count = _surroundings.Witnesses(tile, part.Cell.Box, witnesses);
            foreach (TileId witness in witnesses[..count])
            {
                if ((open & TileSurroundings.Towards(tile, witness)) != TileEdges.None)
                {
                    bool failed = _failed.Contains(witness);
                    flags |= failed ? CellFlags.TouchesFailedTile : CellFlags.None;
                    neighborAnalyzed |= !failed;
                }
            }
        }

        return (flags, neighborAnalyzed);
    }

    private void Emit(SlideCell cell, List<SlideCell> final)
    {
        if (_region is null || _region.Contains(cell.Centroid))
        {
            final.Add(cell);
        }
    }
}
