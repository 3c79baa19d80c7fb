using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Domain.Cells;

/// <summary>
/// Outline of a nucleus inside one tile: an open ring in sixteenths of a tile px (so that a vertex fits 16 bits and sub-pixel outlines
/// survive), interleaved x, y. The array is owned by the contour and must not be changed.
/// </summary>
public sealed class TileContour
{
    /// <summary>Units per tile px.</summary>
    public const int UnitsPerPixel = 16;

    private readonly short[] _units;

    /// <summary>Takes ownership of interleaved x, y values in sixteenths of a px.</summary>
    /// <exception cref="ArgumentException">Fewer than three vertices, or an odd number of values.</exception>
    public TileContour(short[] units)
    {
        ArgumentNullException.ThrowIfNull(units);
        if (units.Length < 6 || units.Length % 2 != 0)
        {
            throw new ArgumentException("An outline needs at least three (x, y) vertices.", nameof(units));
        }

        _units = units;
    }

    /// <summary>Number of vertices.</summary>
    public int Count => _units.Length / 2;

    /// <summary>Interleaved x, y in sixteenths of a tile px.</summary>
    public ReadOnlySpan<short> Units => _units;

    /// <summary>Vertex <paramref name="index"/> in tile px.</summary>
    public TilePoint this[int index] =>
        new(_units[2 * index] / (double)UnitsPerPixel, _units[(2 * index) + 1] / (double)UnitsPerPixel);

    /// <summary>Contour through the centers of pixels: pixel index (column, row) becomes (column + 0.5, row + 0.5).</summary>
    /// <param name="pixels">Interleaved column, row indices.</param>
    public static TileContour ThroughPixelCenters(ReadOnlySpan<int> pixels)
    {
        var units = new short[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            units[i] = (short)((pixels[i] * UnitsPerPixel) + (UnitsPerPixel / 2));
        }

        return new TileContour(units);
    }

    /// <summary>Contour of vertices in half pixels.</summary>
    /// <param name="halfPixels">Interleaved x, y from the tile's upper-left corner, 0 … 4,094.</param>
    public static TileContour OnHalfPixels(ReadOnlySpan<int> halfPixels)
    {
        var units = new short[halfPixels.Length];
        for (int i = 0; i < halfPixels.Length; i++)
        {
            units[i] = (short)(halfPixels[i] * (UnitsPerPixel / 2));
        }

        return new TileContour(units);
    }
}
