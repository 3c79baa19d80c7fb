using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Domain.Tiles;

/// <summary>
/// Geometry of the tiles of one slide: 1024 px tiles at inference resolution with 64 px overlap (stride 960), and where their pixels come
/// from. Tile (row, column) begins at grid px (960·column − 32, 960·row − 32), for every tile; what lies outside the slide is padding.
/// The slide is reduced by the whole number <see cref="Downsample"/> and then resampled by <see cref="RescaleSixteenths"/>/16, so that
/// tiles of any source resolution start on whole source pixels. Source: spec/inference.md §4 and §5.
/// </summary>
public sealed record TileGrid
{
    /// <summary>Side of a tile in px at inference resolution.</summary>
    public const int TileSize = 1024;

    /// <summary>Width in px of the band that two neighboring tiles both see.</summary>
    public const int Overlap = 64;

    /// <summary>Distance between the origins of neighboring tiles in px at inference resolution.</summary>
    public const int Stride = TileSize - Overlap;

    /// <summary>Pixel size of level 0.</summary>
    public required Mpp BaseMpp { get; init; }

    /// <summary>Active area of the slide in whole level-0 px: the scanner's bounds if the file states them, else the whole slide.</summary>
    public required SlideRect ActiveArea { get; init; }

    /// <summary>Whole-number reduction of the source level that is read, 1 for level 0.</summary>
    public required int Downsample { get; init; }

    /// <summary>Source px per grid px in sixteenths after <see cref="Downsample"/>: 16 means no resampling, 8 enlarges a 20x slide twofold.</summary>
    public required int RescaleSixteenths { get; init; }

    /// <summary>Size (px) of the active area after <see cref="Downsample"/>.</summary>
    public required int SourceWidth { get; init; }

    /// <summary>Size (px) of the active area after <see cref="Downsample"/>.</summary>
    public required int SourceHeight { get; init; }

    /// <summary>Number of tile columns.</summary>
    public required int Columns { get; init; }

    /// <summary>Number of tile rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Side in source px that is read for one tile: 64 per sixteenth, 1024 without resampling.</summary>
    public int ReadSize => RescaleSixteenths * (TileSize / 16);

    /// <summary>Half overlap in source px: 2 per sixteenth, 32 without resampling.</summary>
    public int ReadHalfOverlap => RescaleSixteenths * (Overlap / 2 / 16);

    /// <summary>Stride between tiles in source px.</summary>
    public int ReadStride => ReadSize - (2 * ReadHalfOverlap);

    /// <summary>Level-0 px per grid px.</summary>
    public double LevelZeroPerGridPixel => Downsample * (RescaleSixteenths / 16.0);

    /// <summary>Pixel size the network sees.</summary>
    public Mpp EffectiveMpp => new(BaseMpp.MicronsPerPixel * LevelZeroPerGridPixel);

    /// <summary>Width of the active area in grid px (fractional where the slide does not end on a whole grid pixel).</summary>
    public double GridWidth => SourceWidth * 16.0 / RescaleSixteenths;

    /// <summary>Height of the active area in grid px.</summary>
    public double GridHeight => SourceHeight * 16.0 / RescaleSixteenths;

    /// <summary>Number of tiles of the full grid, with and without tissue.</summary>
    public int TileCount => Rows * Columns;

    /// <summary>Row-major number of a tile.</summary>
    public int IndexOf(TileId tile) => (tile.Row * Columns) + tile.Column;

    /// <summary>Tile with the given row-major number.</summary>
    public TileId TileAt(int index) => new(index / Columns, index % Columns);

    /// <summary>Whether the grid has this tile.</summary>
    public bool Contains(TileId tile) => tile.Row >= 0 && tile.Row < Rows && tile.Column >= 0 && tile.Column < Columns;

    /// <summary>Converter between the frames of one tile, the grid and the slide.</summary>
    public TileFrame FrameOf(TileId tile) => new(this, tile);

    /// <summary>Grid px to level-0 px.</summary>
    public SlidePoint ToSlide(GridPoint point) =>
        new(ActiveArea.X + (point.X * LevelZeroPerGridPixel), ActiveArea.Y + (point.Y * LevelZeroPerGridPixel));

    /// <summary>Level-0 px to grid px.</summary>
    public GridPoint ToGrid(SlidePoint point) =>
        new((point.X - ActiveArea.X) / LevelZeroPerGridPixel, (point.Y - ActiveArea.Y) / LevelZeroPerGridPixel);
}
