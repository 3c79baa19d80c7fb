using System.Buffers;
using CellVitCluster.Slides.Rendering;
using CellVitCluster.Slides.Synthetic.Painting;

namespace CellVitCluster.Slides.Synthetic.Files;

/// <summary>
/// The levels above those that a block yields itself: every finished tile is halved into its parent, and a parent that has all its
/// children is encoded and passed on. Blocks come row by row, so at most one row of tiles per level is open. Not thread-safe.
/// </summary>
internal sealed class PyramidTop(PyramidShape shape)
{
    private const int TilePixels = SlideBlock.TileSize * SlideBlock.TileSize;

    private readonly Dictionary<(int Level, int Column, int Row), OpenTile> _open = [];

    /// <summary>Takes a finished tile.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="column">Its column.</param>
    /// <param name="row">Its row.</param>
    /// <param name="pixels">256 × 256 packed pixels; only read during the call.</param>
    /// <param name="finished">Receives the tiles of higher levels that are complete now.</param>
    public void Add(int level, int column, int row, ReadOnlySpan<uint> pixels, List<EncodedTile> finished)
    {
        int parentLevel = level + 1, parentColumn = column / 2, parentRow = row / 2;
        if (parentLevel >= shape.Levels.Count || !shape.Levels[level].HasTile(column, row))
        {
            return;
        }

        (int, int, int) key = (parentLevel, parentColumn, parentRow);
        if (!_open.TryGetValue(key, out OpenTile? parent))
        {
            parent = new OpenTile(ChildrenOf(level, parentColumn, parentRow));
            _open.Add(key, parent);
        }

        const int Half = SlideBlock.TileSize / 2;
        int start = (row % 2 * Half * SlideBlock.TileSize) + (column % 2 * Half);
        BoxHalver.Halve(pixels, SlideBlock.TileSize, parent.Pixels.AsSpan(start), SlideBlock.TileSize, Half, Half);
        if (--parent.MissingChildren > 0)
        {
            return;
        }

        Span<uint> complete = parent.Pixels.AsSpan(0, TilePixels);
        finished.Add(new EncodedTile(parentLevel, parentColumn, parentRow, JpegTileEncoder.Encode(complete, SlideBlock.TileSize)));
        Add(parentLevel, parentColumn, parentRow, complete, finished);
        _open.Remove(key);
        ArrayPool<uint>.Shared.Return(parent.Pixels);
    }

    private int ChildrenOf(int childLevel, int parentColumn, int parentRow)
    {
        LevelShape children = shape.Levels[childLevel];
        int columns = children.HasTile((2 * parentColumn) + 1, 0) ? 2 : 1;
        int rows = children.HasTile(0, (2 * parentRow) + 1) ? 2 : 1;
        return columns * rows;
    }

    private sealed class OpenTile
    {
        public OpenTile(int children)
        {
            MissingChildren = children;
            Pixels = ArrayPool<uint>.Shared.Rent(TilePixels);
            Pixels.AsSpan(0, TilePixels).Fill(uint.MaxValue);
        }

        public uint[] Pixels { get; }

        public int MissingChildren { get; set; }
    }
}
