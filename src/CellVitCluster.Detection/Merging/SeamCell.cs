using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>
/// A cell that other tiles may have seen too, held until they all reported. Reused with all its buffers (<see cref="SeamCells"/>): objects
/// that live for a row of tiles are what the garbage collector handles worst.
/// </summary>
internal sealed class SeamCell
{
    /// <summary>
    /// Depth in px up to which a cut cell is a sliver. Two tiles draw the side of a nucleus up to a pixel or two apart, so a tip of this depth may
    /// share no pixel with the view that shows the nucleus whole.
    /// </summary>
    private const int SliverDepth = 3;

    private readonly SeamGroup _ownGroup = new();
    private readonly CellMask _mask = new();
    private bool _masked;
    private Half[] _ownToken = [];
    private bool _detached;

    /// <summary>The tile that saw it.</summary>
    public TileFrame Frame { get; private set; }

    /// <summary>Number of the cell in its tile.</summary>
    public int Index { get; private set; }

    /// <summary>The cell.</summary>
    public TileCell Cell { get; private set; } = null!;

    /// <summary>Embedding: memory of its tile, or its own after <see cref="Detach"/>.</summary>
    public ReadOnlyMemory<Half> Token { get; private set; }

    /// <summary>Embedding for a slide cell, which outlives this object's memory.</summary>
    public ReadOnlyMemory<Half> FinalToken
    {
        get
        {
            if (!_detached)
            {
                return Token;
            }

            Half[] copy = GC.AllocateUninitializedArray<Half>(Token.Length);
            Token.CopyTo(copy);
            return copy;
        }
    }

    /// <summary>Mean soft-max by class id, empty when there is none; never memory of this object.</summary>
    public ReadOnlyMemory<float> ClassProbabilities { get; private set; }

    /// <summary>Place on the grid.</summary>
    public GridBox Box { get; private set; }

    /// <summary>Inner sides of its tile that cut it.</summary>
    public TileEdges Cut { get; private set; }

    /// <summary>Px to the nearest inner side of its tile.</summary>
    public int BorderDistance { get; private set; }

    /// <summary>Cells of other tiles that show the same nucleus.</summary>
    public List<SeamCell> Overlaps { get; } = [];

    /// <summary>Group of directly and indirectly overlapping cells.</summary>
    public SeamGroup Group { get; set; } = null!;

    /// <summary>The next member of <see cref="Group"/>.</summary>
    public SeamCell? NextInGroup { get; set; }

    /// <summary>What became of the cell when its group was resolved.</summary>
    public SeamOutcome Outcome { get; set; }

    /// <summary>Whether a border of its tile leaves only a sliver of it.</summary>
    public bool IsSliver =>
        ((Cut & (TileEdges.Left | TileEdges.Right)) != TileEdges.None && Box.Width <= SliverDepth)
        || ((Cut & (TileEdges.Top | TileEdges.Bottom)) != TileEdges.None && Box.Height <= SliverDepth);

    /// <summary>Its pixels; drawn when first asked for.</summary>
    public CellMask Mask
    {
        get
        {
            if (!_masked)
            {
                _mask.Draw(Cell, Frame);
                _masked = true;
            }

            return _mask;
        }
    }

    /// <summary>Takes a cell of a tile, in a group of its own.</summary>
    /// <param name="tile">Cells of the tile.</param>
    /// <param name="index">Number of the cell.</param>
    /// <param name="frame">The tile's frame.</param>
    /// <param name="cut">Inner sides of the tile that cut it.</param>
    /// <param name="unreported">Number of tiles that may have seen it and have not reported.</param>
    public void Take(TileCells tile, int index, TileFrame frame, TileEdges cut, int unreported)
    {
        Frame = frame;
        Index = index;
        Cell = tile.Cells[index];
        Token = tile.TokenOf(index);
        ClassProbabilities = tile.ClassProbabilities[index];
        Box = GridBox.Of(frame, Cell.Box);
        Cut = cut;
        BorderDistance = TileSurroundings.BorderDistance(frame, Cell.Box);
        Outcome = SeamOutcome.Open;
        Group = _ownGroup;
        _ownGroup.Begin(this, unreported);
    }

    /// <summary>Copies embedding and probabilities, so that a cell that stays held does not hold those of its whole tile.</summary>
    public void Detach()
    {
        if (_ownToken.Length != Token.Length)
        {
            _ownToken = new Half[Token.Length];
        }

        Token.CopyTo(_ownToken);
        Token = _ownToken;
        ClassProbabilities = ClassProbabilities.ToArray();
        _detached = true;
    }

    /// <summary>Lets go of the cell and its tile; buffers are kept.</summary>
    public void Clear()
    {
        Frame = default;
        Cell = null!;
        Token = default;
        ClassProbabilities = default;
        Overlaps.Clear();
        NextInGroup = null;
        _masked = false;
        _detached = false;
    }

    /// <summary>
    /// Total order of preference: not cut; far from the border of its tile, where the network saw more around it; large; then by position. The
    /// last keys are unique, so that the order never depends on who came first.
    /// </summary>
    public static int ComparePreference(SeamCell a, SeamCell b)
    {
        int order = (a.Cut != TileEdges.None).CompareTo(b.Cut != TileEdges.None);
        order = order != 0 ? order : b.BorderDistance.CompareTo(a.BorderDistance);
        order = order != 0 ? order : b.Cell.AreaPixels.CompareTo(a.Cell.AreaPixels);
        order = order != 0 ? order : a.Box.Top.CompareTo(b.Box.Top);
        order = order != 0 ? order : a.Box.Left.CompareTo(b.Box.Left);
        order = order != 0 ? order : a.Frame.Tile.CompareTo(b.Frame.Tile);
        return order != 0 ? order : a.Index.CompareTo(b.Index);
    }
}

/// <summary>What became of a cell of a group.</summary>
internal enum SeamOutcome
{
    /// <summary>Not decided, or a part of a nucleus that no tile saw whole.</summary>
    Open,

    /// <summary>Kept as it is.</summary>
    Kept,

    /// <summary>Another view of the same nucleus was kept.</summary>
    Dropped,
}
