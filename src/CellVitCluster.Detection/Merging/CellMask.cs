using System.Numerics;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>
/// Pixels inside or on the outline of a cell, one bit each, on the grid that all tiles share. For an outline through pixel centers this is
/// exactly the pixels it was traced from, holes filled; so intersections and unions of cells are exact, cheap, and defined for every outline,
/// also for those that touch or cross themselves or enclose no area. Immutable.
/// </summary>
internal sealed class CellMask
{
    private readonly ulong[] _bits;
    private readonly int _wordsPerRow;

    private CellMask(GridBox box)
    {
        Box = box;
        _wordsPerRow = (box.Width + 63) / 64;
        _bits = new ulong[_wordsPerRow * box.Height];
    }

    /// <summary>Place on the grid.</summary>
    public GridBox Box { get; }

    /// <summary>Number of pixels.</summary>
    public int Area { get; private set; }

    /// <summary>Fills the outline of a cell.</summary>
    public static CellMask Of(TileCell cell, TileFrame frame)
    {
        var mask = new CellMask(GridBox.Of(frame, cell.Box));
        mask.Fill(cell.Contour, cell.Box);
        mask.Area = mask.CountBits();
        return mask;
    }

    /// <summary>Pixels of any of the masks.</summary>
    public static CellMask Union(IReadOnlyList<CellMask> masks)
    {
        GridBox box = masks[0].Box;
        for (int i = 1; i < masks.Count; i++)
        {
            box = box.Union(masks[i].Box);
        }

        var union = new CellMask(box);
        foreach (CellMask mask in masks)
        {
            for (int y = mask.Box.Top; y < mask.Box.Bottom; y++)
            {
                for (int x = mask.Box.Left; x < mask.Box.Right; x++)
                {
                    if (mask.Contains(x, y))
                    {
                        union.Set(x - box.Left, y - box.Top);
                    }
                }
            }
        }

        union.Area = union.CountBits();
        return union;
    }

    /// <summary>Whether a grid pixel inside <see cref="Box"/> belongs to the mask.</summary>
    public bool Contains(int x, int y) => (Row(y - Box.Top)[(x - Box.Left) >> 6] >> ((x - Box.Left) & 63) & 1) != 0;

    /// <summary>Number of pixels that both masks have.</summary>
    public int CountShared(CellMask other)
    {
        GridBox common = Box.Intersection(other.Box);
        int shared = 0;
        for (int y = common.Top; y < common.Bottom; y++)
        {
            ReadOnlySpan<ulong> a = Row(y - Box.Top);
            ReadOnlySpan<ulong> b = other.Row(y - other.Box.Top);

            // Bits beyond the width of a row are zero, so the last word needs no trimming.
            for (int x = common.Left; x < common.Right; x += 64)
            {
                shared += BitOperations.PopCount(Read(a, x - Box.Left) & Read(b, x - other.Box.Left));
            }
        }

        return shared;
    }

    /// <summary>Number of pixels inside a window.</summary>
    public int CountInside(in GridBox window)
    {
        GridBox common = Box.Intersection(window);
        int count = 0;
        for (int y = common.Top; y < common.Bottom; y++)
        {
            ReadOnlySpan<ulong> row = Row(y - Box.Top);
            for (int x = common.Left; x < common.Right; x += 64)
            {
                int excess = Math.Max(0, x + 64 - common.Right);
                count += BitOperations.PopCount(Read(row, x - Box.Left) << excess);
            }
        }

        return count;
    }

    private static ulong Read(ReadOnlySpan<ulong> row, int x)
    {
        int word = x >> 6;
        int shift = x & 63;
        ulong bits = row[word] >> shift;
        return shift != 0 && word + 1 < row.Length ? bits | (row[word + 1] << (64 - shift)) : bits;
    }

    private Span<ulong> Row(int y) => _bits.AsSpan(y * _wordsPerRow, _wordsPerRow);

    private void Set(int x, int y) => Row(y)[x >> 6] |= 1UL << (x & 63);

    /// <summary>Even-odd filling: toggles where the outline crosses a row, sums up along the row, then adds the outline itself.</summary>
    private void Fill(TileContour contour, TileRect box)
    {
        int previous = contour.Count - 1;
        for (int i = 0; i < contour.Count; previous = i++)
        {
            (int fromX, int fromY) = PixelOf(contour, previous, box);
            (int toX, int toY) = PixelOf(contour, i, box);
            ToggleCrossings(fromX, fromY, toX, toY);
        }

        for (int y = 0; y < Box.Height; y++)
        {
            SumUp(Row(y));
        }

        for (int i = 0; i < contour.Count; previous = i++)
        {
            (int fromX, int fromY) = PixelOf(contour, previous, box);
            (int toX, int toY) = PixelOf(contour, i, box);
            Draw(fromX, fromY, toX, toY);
        }
    }

    /// <summary>Pixel of a vertex, relative to the box; an outline along outer pixel edges is drawn in by up to one pixel.</summary>
    private static (int X, int Y) PixelOf(TileContour contour, int index, TileRect box)
    {
        ReadOnlySpan<short> units = contour.Units;
        int x = (units[2 * index] / TileContour.UnitsPerPixel) - box.X;
        int y = (units[(2 * index) + 1] / TileContour.UnitsPerPixel) - box.Y;
        return (Math.Clamp(x, 0, box.Width - 1), Math.Clamp(y, 0, box.Height - 1));
    }

    private void ToggleCrossings(int fromX, int fromY, int toX, int toY)
    {
        if (fromY > toY)
        {
            (fromX, fromY, toX, toY) = (toX, toY, fromX, fromY);
        }

        for (int y = fromY; y < toY; y++)
        {
            int x = fromX + ((y - fromY) * (toX - fromX) / (toY - fromY));
            Row(y)[x >> 6] ^= 1UL << (x & 63);
        }
    }

    private static void SumUp(Span<ulong> row)
    {
        ulong inside = 0;
        foreach (ref ulong word in row)
        {
            ulong sum = word;
            for (int shift = 1; shift < 64; shift *= 2)
            {
                sum ^= sum << shift;
            }

            word = sum ^ inside;
            inside = 0 - (word >> 63);
        }
    }

    private void Draw(int fromX, int fromY, int toX, int toY)
    {
        int steps = Math.Max(Math.Abs(toX - fromX), Math.Abs(toY - fromY));
        Set(toX, toY);
        for (int step = 0; step < steps; step++)
        {
            Set(fromX + (step * (toX - fromX) / steps), fromY + (step * (toY - fromY) / steps));
        }
    }

    private int CountBits()
    {
        int count = 0;
        foreach (ulong word in _bits)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }
}
