namespace CellVitCluster.Domain.Cells;

/// <summary>What a user should know before trusting the outline of a cell. Stored; values are never reused.</summary>
[Flags]
public enum CellFlags
{
    /// <summary>Nothing to report.</summary>
    None = 0,

    /// <summary>Touches the edge of the slide's active area: the nucleus may go on outside.</summary>
    TouchesSlideEdge = 1,

    /// <summary>Cut by a tile border, and no other tile saw the rest (its neighbor was not analyzed or found nothing there).</summary>
    CutByTileBorder = 2,

    /// <summary>No tile saw it whole; the outline is the union of the parts.</summary>
    JoinedFromParts = 4,

    /// <summary>Touches a tile that failed: a part of it may be missing.</summary>
    TouchesFailedTile = 8,
}
