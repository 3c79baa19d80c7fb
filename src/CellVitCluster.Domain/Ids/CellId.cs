using System.Globalization;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Domain.Ids;

/// <summary>
/// Number of a cell within its slide: the Morton (Z-order) code of its centroid on a quarter-pixel level-0 grid, shifted left by four bits
/// for a tie-breaker. It is the same for the same cell in every run, stays below 2⁵³ (exact in JSON and JavaScript) for slides up to
/// 4,194,304 px a side, and sorting by it is sorting by place: the cells of a block of 4096 × 4096 px have consecutive numbers.
/// </summary>
/// <param name="Value">The number.</param>
public readonly record struct CellId(long Value) : IComparable<CellId>
{
    /// <summary>Cells that can share one quarter pixel.</summary>
    public const int MaxTies = 16;

    /// <summary>Side in level-0 px of the blocks that ids keep together.</summary>
    public const int BlockSize = 4096;

    private const int BlockShift = (2 * 14) + 4;
    private const double QuarterPixelsPerPixel = 4;
    private const long MaxQuarter = (1L << 24) - 1;

    /// <summary>Morton code of the block of 4096 × 4096 level-0 px; ascending blocks have ascending ids.</summary>
    public long Block => Value >> BlockShift;

    /// <summary>Id of a cell.</summary>
    /// <param name="centroid">Centroid in level-0 px; values outside the slide's possible range are clamped.</param>
    /// <param name="tie">0 … 15, distinguishes cells on one quarter pixel.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tie-breaker does not fit.</exception>
    public static CellId From(SlidePoint centroid, int tie)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tie);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(tie, MaxTies);
        return new CellId((Interleave(Quarter(centroid.X)) | (Interleave(Quarter(centroid.Y)) << 1)) << 4 | (uint)tie);
    }

    /// <summary>Upper-left corner in level-0 px of a block.</summary>
    public static SlidePoint BlockOrigin(long block) =>
        new(Deinterleave(block) * (double)BlockSize, Deinterleave(block >> 1) * (double)BlockSize);

    /// <summary>Block that holds a level-0 position.</summary>
    public static long BlockOf(SlidePoint point) => From(point, 0).Block;

    /// <inheritdoc/>
    public int CompareTo(CellId other) => Value.CompareTo(other.Value);

    /// <summary>Order by place.</summary>
    public static bool operator <(CellId left, CellId right) => left.Value < right.Value;

    /// <summary>Order by place.</summary>
    public static bool operator <=(CellId left, CellId right) => left.Value <= right.Value;

    /// <summary>Order by place.</summary>
    public static bool operator >(CellId left, CellId right) => left.Value > right.Value;

    /// <summary>Order by place.</summary>
    public static bool operator >=(CellId left, CellId right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static long Quarter(double pixels) => Math.Clamp((long)Math.Floor(pixels * QuarterPixelsPerPixel), 0, MaxQuarter);

    private static long Interleave(long value)
    {
        ulong v = (ulong)value;
        v = (v | (v << 16)) & 0x0000FFFF0000FFFF;
        v = (v | (v << 8)) & 0x00FF00FF00FF00FF;
        v = (v | (v << 4)) & 0x0F0F0F0F0F0F0F0F;
        v = (v | (v << 2)) & 0x3333333333333333;
        v = (v | (v << 1)) & 0x5555555555555555;
        return (long)v;
    }

    private static long Deinterleave(long value)
    {
        ulong v = (ulong)value & 0x5555555555555555;
        v = (v | (v >> 1)) & 0x3333333333333333;
        v = (v | (v >> 2)) & 0x0F0F0F0F0F0F0F0F;
        v = (v | (v >> 4)) & 0x00FF00FF00FF00FF;
        v = (v | (v >> 8)) & 0x0000FFFF0000FFFF;
        v = (v | (v >> 16)) & 0x00000000FFFFFFFF;
        return (long)v;
    }
}
