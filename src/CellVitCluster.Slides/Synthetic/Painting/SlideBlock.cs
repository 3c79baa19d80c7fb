using CellVitCluster.Slides.Synthetic.Files;
using CellVitCluster.Slides.Synthetic.Nuclei;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>
/// A square of 1024 × 1024 level-0 px, the unit of parallel work: its pixels on the three finest levels, their encoded tiles and the
/// nuclei whose center it holds. Buffers are reused from block to block; one task at a time owns it.
/// </summary>
internal sealed class SlideBlock
{
    /// <summary>Side in px of a tile of the file.</summary>
    public const int TileSize = 256;

    /// <summary>Levels that a block yields completely.</summary>
    public const int LevelCount = 3;

    /// <summary>Side in level-0 px.</summary>
    public const int Side = TileSize << (LevelCount - 1);

    private readonly uint[][] _pixels = [new uint[Side * Side], new uint[Side * Side / 4], new uint[TileSize * TileSize]];

    /// <summary>Column of the block on the slide.</summary>
    public int Column { get; private set; }

    /// <summary>Row of the block on the slide.</summary>
    public int Row { get; private set; }

    /// <summary>Tiles of the file, by level, row, column.</summary>
    public List<EncodedTile> Tiles { get; } = [];

    /// <summary>Nuclei whose center lies in the block.</summary>
    public List<Nucleus> Nuclei { get; } = [];

    /// <summary>Level-0 px of the block.</summary>
    public PixelArea Area => new(Column * Side, Row * Side, Side, Side);

    /// <summary>Packed pixels (red in the lowest byte) of one of the levels, <c>SideOf(level)²</c>.</summary>
    public uint[] PixelsOf(int level) => _pixels[level];

    /// <summary>Side in px of the block on one of the levels.</summary>
    public static int SideOf(int level) => Side >> level;

    /// <summary>Empties the block for another place.</summary>
    public void MoveTo(int column, int row)
    {
        (Column, Row) = (column, row);
        Tiles.Clear();
        Nuclei.Clear();
        _pixels[0].AsSpan().Fill(uint.MaxValue);
    }
}
