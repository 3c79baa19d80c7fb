using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Well-known binary of a polygon with one ring (OGC 06-103r4, clause 8.2), little endian. The ring is closed in the bytes and open in
/// <see cref="SlidePolygon"/>; its direction is kept.
/// </summary>
internal static class WkbPolygon
{
    private const byte LittleEndian = 1;
    private const uint PolygonType = 3;
    private const int PrefixSize = 1 + 4 + 4 + 4;
    private const int PointSize = 2 * sizeof(double);

    /// <summary>Bytes of a polygon with so many vertices, the repeated one not counted.</summary>
    public static int SizeOf(int vertexCount) => PrefixSize + ((vertexCount + 1) * PointSize);

    /// <summary>Writes a polygon.</summary>
    /// <param name="coordinates">Open ring, interleaved x, y.</param>
    /// <param name="destination">Exactly <see cref="SizeOf"/> bytes.</param>
    public static void Write(ReadOnlySpan<double> coordinates, Span<byte> destination)
    {
        int vertices = coordinates.Length / 2;
        destination[0] = LittleEndian;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[1..], PolygonType);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[5..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[9..], (uint)vertices + 1);
        ReadOnlySpan<byte> points = MemoryMarshal.AsBytes(coordinates);
        points.CopyTo(destination[PrefixSize..]);
        points[..PointSize].CopyTo(destination[(PrefixSize + points.Length)..]);
    }

    /// <summary>Reads a polygon.</summary>
    /// <exception cref="FormatException">Not a closed one-ring polygon of at least three different vertices in little endian.</exception>
    public static SlidePolygon Read(ReadOnlySpan<byte> wkb)
    {
        if (wkb.Length < SizeOf(3)
            || wkb[0] != LittleEndian
            || BinaryPrimitives.ReadUInt32LittleEndian(wkb[1..]) != PolygonType
            || BinaryPrimitives.ReadUInt32LittleEndian(wkb[5..]) != 1)
        {
            throw new FormatException("An outline is no one-ring polygon in little-endian well-known binary.");
        }

        uint points = BinaryPrimitives.ReadUInt32LittleEndian(wkb[9..]);
        if (points < 4 || wkb.Length != PrefixSize + ((long)points * PointSize) || !wkb[^PointSize..].SequenceEqual(wkb.Slice(PrefixSize, PointSize)))
        {
            throw new FormatException("The ring of an outline is not closed, or its length is wrong.");
        }

        return new SlidePolygon(MemoryMarshal.Cast<byte, double>(wkb[PrefixSize..^PointSize]).ToArray());
    }
}
