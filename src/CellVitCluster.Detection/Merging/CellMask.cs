using System.Numerics;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>
/// Pixels with their center inside or on the outline of a cell, one bit each, on the grid that all tiles share. For outlines along pixel edges
/// and for those through pixel centers this is exactly the pixels they were traced from, holes filled; so intersections and unions of cells
/// are exact, cheap, and defined for every outline, also for those that touch or cross themselves or enclose no area. Reusable with its memory.
/// </summary>
internal sealed class CellMask
{
    private const int PixelShift = 4;
    private const int HalfPixel = TileContour.UnitsPerPixel / 2;

    private ulong[] _bits = [];
    private int _wordsPerRow;

    /// <summary>Place on the grid.</summary>
    public GridBox Box { get; private set; }

    /// <summary>Number of pixels.</summary>
    public int Area { get; private set; }

    /// <summary>Becomes the pixels of a cell.</summary>
    public void Draw(TileCell cell, TileFrame frame)
    {
        Begin(GridBox.Of(frame, cell.Box));
        Fill(cell.Contour, cell.Box);
        Area = CountBits();
    }

    /// <summary>Pixels of any of the masks.</summary>
    public static CellMask Union(IReadOnlyList<CellMask> masks)
    {
        GridBox box = masks[0].Box;
        for (int i = 1; i < masks.Count; i++)
        {
            box = box.Union(masks[i].Box);
        }

        var union = new CellMask();
        union.Begin(box);
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

    private void Begin(GridBox box)
    {
        Box = box;
        _wordsPerRow = (box.Width + 63) / 64;
        int words = _wordsPerRow * box.Height;
        if (_bits.Length < words)
        {
            _bits = new ulong[words];
        }
        else
        {
            _bits.AsSpan(0, words).Clear();
        }
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

    /// <summary>
    /// Even-odd filling: toggles the first center at or behind each place where the outline crosses a row of centers, sums up along the row, then
    /// adds the centers that the outline goes through.
    /// </summary>
    private void Fill(TileContour contour, TileRect box)
    {
        ReadOnlySpan<short> units = contour.Units;
        int left = (box.X * TileContour.UnitsPerPixel) + HalfPixel;
        int top = (box.Y * TileContour.UnitsPerPixel) + HalfPixel;
        bool touchesCenters = false;
        int previousX = units[^2] - left, previousY = units[^1] - top;
        for (int i = 0; i < units.Length; i += 2)
        {
            int x = units[i] - left, y = units[i + 1] - top;
            ToggleCrossings(previousX, previousY, x, y);
            touchesCenters |= IsCenter(x, y);
            (previousX, previousY) = (x, y);
        }

        for (int y = 0; y < Box.Height; y++)
        {
            SumUp(Row(y), Box.Width);
        }

        for (int i = 0; touchesCenters && i < units.Length; i += 2)
        {
            int x = units[i] - left, y = units[i + 1] - top;
            DrawCenters(previousX, previousY, x, y);
            (previousX, previousY) = (x, y);
        }
    }

    private static bool IsCenter(int x, int y) => ((x | y) & (TileContour.UnitsPerPixel - 1)) == 0;

    /// <summary>The place at or behind a crossing in whole pixels, from a position relative to the first pixel's center.</summary>
    private static int CeilingPixel(int units) => (units + TileContour.UnitsPerPixel - 1) >> PixelShift;

    private void ToggleCrossings(int fromX, int fromY, int toX, int toY)
    {
        if (fromY > toY)
        {
            (fromX, fromY, toX, toY) = (toX, toY, fromX, fromY);
        }

        // A crossing belongs to the segment's upper end, not to its lower one, so that a vertex on a row counts once.
        int last = Math.Min(CeilingPixel(toY), Box.Height), width = Box.Width;
        for (int y = Math.Max(0, CeilingPixel(fromY)); y < last; y++)
        {
            int x = toX == fromX ? fromX : CrossingX(fromX, fromY, toX, toY, y << PixelShift);
            int pixel = Math.Max(0, CeilingPixel(x));
            if (pixel < width)
            {
                _bits[(y * _wordsPerRow) + (pixel >> 6)] ^= 1UL << pixel;
            }
        }
    }

    /// <summary>Where a segment crosses a row, rounded to the right.</summary>
    private static int CrossingX(int fromX, int fromY, int toX, int toY, int y)
    {
        int height = toY - fromY, width = toX - fromX;
        if (Math.Abs(width) == height)
        {
            return fromX + (width > 0 ? y - fromY : fromY - y);
        }

        (int whole, int rest) = Math.DivRem((y - fromY) * width, height);
        return fromX + (rest > 0 ? whole + 1 : whole);
    }

    private static void SumUp(Span<ulong> row, int width)
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

        // An outline along the last pixel's edge closes behind it.
        row[^1] &= ulong.MaxValue >> (-width & 63);
    }

    /// <summary>Sets the pixels whose centers a straight or diagonal segment between two centers goes through.</summary>
    private void DrawCenters(int fromX, int fromY, int toX, int toY)
    {
        if (!IsCenter(fromX, fromY) || !IsCenter(toX, toY))
        {
            return;
        }

        int x = fromX >> PixelShift, y = fromY >> PixelShift;
        int stepX = Math.Sign(toX - fromX), stepY = Math.Sign(toY - fromY);
        int steps = Math.Max(Math.Abs(toX - fromX), Math.Abs(toY - fromY)) >> PixelShift;
        for (int step = 0; step <= steps; step++)
        {
            if ((uint)x < (uint)Box.Width && (uint)y < (uint)Box.Height)
            {
                Set(x, y);
            }

            x += stepX;
            y += stepY;
        }
    }

    private int CountBits()
    {
        int count = 0;
        foreach (ulong word in _bits.AsSpan(0, _wordsPerRow * Box.Height))
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }
}
