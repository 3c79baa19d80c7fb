namespace CellVitCluster.Detection.Merging;

/// <summary>Sides of a tile.</summary>
[Flags]
internal enum TileEdges
{
    /// <summary>No side.</summary>
    None = 0,

    /// <summary>Left side.</summary>
    Left = 1,

    /// <summary>Top side.</summary>
    Top = 2,

    /// <summary>Right side.</summary>
    Right = 4,

    /// <summary>Bottom side.</summary>
    Bottom = 8,
}

/// <summary>Builds sets of sides.</summary>
internal static class TileEdgeSet
{
    /// <summary>The sides for which the condition holds.</summary>
    public static TileEdges Of(bool left, bool top, bool right, bool bottom) =>
        (left ? TileEdges.Left : TileEdges.None)
        | (top ? TileEdges.Top : TileEdges.None)
        | (right ? TileEdges.Right : TileEdges.None)
        | (bottom ? TileEdges.Bottom : TileEdges.None);
}
