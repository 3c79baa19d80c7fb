using System.Globalization;

namespace CellVitCluster.Domain.Tiles;

/// <summary>Place of a tile in the grid of a slide, counted from the upper-left tile (0, 0). Ordered row by row.</summary>
/// <param name="Row">Row, downwards.</param>
/// <param name="Column">Column, to the right.</param>
public readonly record struct TileId(int Row, int Column) : IComparable<TileId>
{
    /// <inheritdoc/>
    public int CompareTo(TileId other)
    {
        int rows = Row.CompareTo(other.Row);
        return rows != 0 ? rows : Column.CompareTo(other.Column);
    }

    /// <summary>Row-major order.</summary>
    public static bool operator <(TileId left, TileId right) => left.CompareTo(right) < 0;

    /// <summary>Row-major order.</summary>
    public static bool operator <=(TileId left, TileId right) => left.CompareTo(right) <= 0;

    /// <summary>Row-major order.</summary>
    public static bool operator >(TileId left, TileId right) => left.CompareTo(right) > 0;

    /// <summary>Row-major order.</summary>
    public static bool operator >=(TileId left, TileId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Row}_{Column}");
}
