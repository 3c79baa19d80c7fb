namespace CellVitCluster.Model.Convolutions;

/// <summary>How the outputs of a convolution are cut into tiles, and tiles into the blocks that a thread works on.</summary>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="TileEdge">Pixels along a side of a tile.</param>
/// <param name="BlockRows">Rows of tiles in a block.</param>
internal readonly record struct TileGrid(int Height, int Width, int TileEdge, int BlockRows)
{
    /// <summary>Tiles in a row of a block: nearly square blocks read the fewest pixels twice.</summary>
    public const int BlockColumns = 8;

    /// <summary>Blocks that cover a map.</summary>
    public int Blocks => BlocksDown * BlocksAcross;

    private int BlocksDown => Ratio(Ratio(Height, TileEdge), BlockRows);

    private int BlocksAcross => Ratio(Ratio(Width, TileEdge), BlockColumns);

    /// <summary>The tiles of a block: first row and column, number of rows and columns.</summary>
    public (int Top, int Left, int Rows, int Columns) TilesOf(int block)
    {
        int top = block / BlocksAcross * BlockRows;
        int left = block % BlocksAcross * BlockColumns;
        return (top, left, Math.Min(BlockRows, Ratio(Height, TileEdge) - top), Math.Min(BlockColumns, Ratio(Width, TileEdge) - left));
    }

    private static int Ratio(int length, int part) => (length + part - 1) / part;
}
