using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;

namespace CellVitCluster.Store.Cells;

/// <summary>One row group of <c>cells.parquet</c>, from its statistics.</summary>
/// <param name="Index">Number of the row group.</param>
/// <param name="FirstRow">Row of the store at which it begins.</param>
/// <param name="Rows">Number of cells.</param>
/// <param name="FirstId">Smallest id.</param>
/// <param name="LastId">Largest id.</param>
/// <param name="Outlines">Extent of its outlines.</param>
/// <param name="Centroids">Extent of its centroids.</param>
internal sealed record RowGroup(int Index, long FirstRow, int Rows, CellId FirstId, CellId LastId, Extent Outlines, Extent Centroids);

/// <summary>Smallest and largest coordinates in level-0 px, both reached; exact, unlike a corner plus a size.</summary>
internal readonly record struct Extent(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Whether a box of this extent shares an area with a rectangle.</summary>
    public bool Overlaps(SlideRect rect) => Left < rect.Right && rect.X < Right && Top < rect.Bottom && rect.Y < Bottom;

    /// <summary>Whether a point of this extent may lie inside a rectangle (right and bottom sides excluded).</summary>
    public bool MayReach(SlideRect rect) => Left < rect.Right && rect.X <= Right && Top < rect.Bottom && rect.Y <= Bottom;
}
