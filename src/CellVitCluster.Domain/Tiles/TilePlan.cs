using System.Collections;

namespace CellVitCluster.Domain.Tiles;

/// <summary>Which tiles of a grid are to be analyzed: those with tissue (and inside the region of interest), row by row.</summary>
public sealed class TilePlan
{
    private readonly BitArray _selected;

    /// <summary>Plan from a set of selected row-major tile numbers.</summary>
    /// <param name="grid">Geometry.</param>
    /// <param name="selected">One bit per tile of the grid, row-major.</param>
    /// <exception cref="ArgumentException">The bitmap has another length than the grid has tiles.</exception>
    public TilePlan(TileGrid grid, BitArray selected)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(selected);
        if (selected.Length != grid.TileCount)
        {
            throw new ArgumentException($"The bitmap has {selected.Length} bits, the grid {grid.TileCount} tiles.", nameof(selected));
        }

        Grid = grid;
        _selected = new BitArray(selected);
        Count = 0;
        foreach (bool bit in _selected)
        {
            Count += bit ? 1 : 0;
        }
    }

    /// <summary>Geometry of the tiles.</summary>
    public TileGrid Grid { get; }

    /// <summary>Number of selected tiles.</summary>
    public int Count { get; }

    /// <summary>Selected tiles, row by row.</summary>
    public IEnumerable<TileId> Tiles
    {
        get
        {
            for (int i = 0; i < _selected.Length; i++)
            {
                if (_selected[i])
                {
                    yield return Grid.TileAt(i);
                }
            }
        }
    }

    /// <summary>Whether the tile exists and is to be analyzed.</summary>
    public bool Contains(TileId tile) => Grid.Contains(tile) && _selected[Grid.IndexOf(tile)];

    /// <summary>The bitmap, 8 tiles per byte, lowest bit first: the form that is journaled and sent.</summary>
    public byte[] ToBitmap()
    {
        var bytes = new byte[(_selected.Length + 7) / 8];
        _selected.CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>Plan from the form made by <see cref="ToBitmap"/>.</summary>
    /// <exception cref="ArgumentException">The bitmap is too short for the grid.</exception>
    public static TilePlan FromBitmap(TileGrid grid, byte[] bitmap)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var bits = new BitArray(bitmap);
        if (bits.Length < grid.TileCount)
        {
            throw new ArgumentException($"The bitmap has {bits.Length} bits, the grid {grid.TileCount} tiles.", nameof(bitmap));
        }

        bits.Length = grid.TileCount;
        return new TilePlan(grid, bits);
    }
}
