using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>A cell that other tiles may have seen too, held until they all reported.</summary>
internal sealed class SeamCell
{
    /// <summary>
    /// Depth in px up to which a cut cell is a sliver. Two tiles draw the side of a nucleus up to a pixel or two apart, so a tip of this depth may
    /// share no pixel with the view that shows the nucleus whole.
    /// </summary>
    private const int SliverDepth = 3;

    private CellMask? _mask;

    /// <summary>The tile that saw it.</summary>
    public required TileFrame Frame { get; init; }

    /// <summary>Number of the cell in its tile.</summary>
    public required int Index { get; init; }

    /// <summary>The cell.</summary>
    public required TileCell Cell { get; init; }

    /// <summary>Embedding; memory of its tile until <see cref="OwnValues"/>.</summary>
    public required ReadOnlyMemory<Half> Token { get; set; }

    /// <summary>Mean soft-max by class id, empty when there is none; memory of its tile until <see cref="OwnValues"/>.</summary>
    public required ReadOnlyMemory<float> ClassProbabilities { get; set; }

    /// <summary>Place on the grid.</summary>
    public required GridBox Box { get; init; }

    /// <summary>Inner sides of its tile that cut it.</summary>
    public required TileEdges Cut { get; init; }

    /// <summary>Px to the nearest inner side of its tile.</summary>
    public required int BorderDistance { get; init; }

    /// <summary>Cells of other tiles that show the same nucleus; null while there is none.</summary>
    public List<SeamCell>? Overlaps { get; private set; }

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

    /// <summary>Its pixels.</summary>
    public CellMask Mask => _mask ??= CellMask.Of(Cell, Frame);

    /// <summary>Records that two cells show the same nucleus.</summary>
    public static void Connect(SeamCell a, SeamCell b)
    {
        (a.Overlaps ??= []).Add(b);
        (b.Overlaps ??= []).Add(a);
        SeamGroup.Unite(a, b);
    }

    /// <summary>Copies embedding and probabilities, so that a cell that stays held does not hold those of its whole tile.</summary>
    public void OwnValues()
    {
        Token = Token.ToArray();
        ClassProbabilities = ClassProbabilities.ToArray();
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
