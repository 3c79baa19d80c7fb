using System.Runtime.InteropServices;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// One cell in a block file: this header, then 2·<see cref="VertexCount"/> float64 coordinates, <see cref="ClassCount"/> float32 class
/// probabilities and the token's fp16 values. The bytes hold exactly what the store keeps, so that comparing bytes is comparing cells.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct CellRecord
{
    /// <summary>Bytes of the whole record.</summary>
    public int Length;

    /// <summary>Vertices of the outline.</summary>
    public int VertexCount;

    /// <summary>Centroid in level-0 px.</summary>
    public double X;

    /// <summary>Centroid in level-0 px.</summary>
    public double Y;

    /// <summary>Area in µm².</summary>
    public float Area;

    /// <summary>Perimeter in µm.</summary>
    public float Perimeter;

    /// <summary>Maximal diameter in µm.</summary>
    public float MaxDiameter;

    /// <summary>0 … 1.</summary>
    public float Circularity;

    /// <summary>Degrees, 0 … 180; NaN when not known.</summary>
    public float Orientation;

    /// <summary>Distance to the border of its tile in µm; NaN for a tile without inner sides.</summary>
    public float BorderDistance;

    /// <summary>0 … 1.</summary>
    public float ClassProbability;

    /// <summary>0 … 1.</summary>
    public float ClassShare;

    /// <summary>0 … 1.</summary>
    public float NucleusProbability;

    /// <summary>Number of class probabilities, 0 when there are none.</summary>
    public ushort ClassCount;

    /// <summary>Bits of <see cref="CellFlags"/>.</summary>
    public ushort Flags;

    /// <summary>Class id.</summary>
    public byte Class;

    /// <summary>Bytes of the fixed part.</summary>
    public static int HeaderSize { get; } = Marshal.SizeOf<CellRecord>();

    /// <summary>Centroid in level-0 px.</summary>
    public readonly SlidePoint Centroid => new(X, Y);

    /// <summary>Bytes that a cell needs.</summary>
    public static int SizeOf(SlideCell cell) =>
        HeaderSize + (2 * sizeof(double) * cell.Outline.Count) + (sizeof(float) * cell.ClassProbabilities.Length) + (2 * cell.Token.Length);

    /// <summary>Writes a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="destination">Exactly <see cref="SizeOf"/> bytes.</param>
    public static void Write(SlideCell cell, Span<byte> destination)
    {
        var header = new CellRecord
        {
            Length = destination.Length,
            VertexCount = cell.Outline.Count,
            X = cell.Centroid.X,
            Y = cell.Centroid.Y,
            Area = (float)cell.AreaSquareMicrons,
            Perimeter = (float)cell.PerimeterMicrons,
            MaxDiameter = (float)cell.MaxDiameterMicrons,
            Circularity = (float)cell.Circularity,
            Orientation = (float)(cell.OrientationDegrees ?? double.NaN),
            BorderDistance = (float)(cell.BorderDistanceMicrons ?? double.NaN),
            ClassProbability = (float)cell.ClassProbability,
            ClassShare = (float)cell.ClassShare,
            NucleusProbability = cell.NucleusProbability,
            ClassCount = (ushort)cell.ClassProbabilities.Length,
            Flags = (ushort)cell.Flags,
            Class = cell.Class,
        };
        MemoryMarshal.Write(destination, in header);
        int outlineSize = 2 * sizeof(double) * cell.Outline.Count;
        cell.Outline.CopyTo(MemoryMarshal.Cast<byte, double>(destination.Slice(HeaderSize, outlineSize)));
        ReadOnlySpan<byte> probabilities = MemoryMarshal.AsBytes(cell.ClassProbabilities.Span);
        probabilities.CopyTo(destination[(HeaderSize + outlineSize)..]);
        MemoryMarshal.AsBytes(cell.Token.Span).CopyTo(destination[(HeaderSize + outlineSize + probabilities.Length)..]);
    }

    /// <summary>The record at the beginning of a span.</summary>
    public static ref readonly CellRecord At(ReadOnlySpan<byte> record) => ref MemoryMarshal.AsRef<CellRecord>(record);

    /// <summary>Interleaved x, y of a record's outline in level-0 px.</summary>
    public static ReadOnlySpan<double> Outline(ReadOnlySpan<byte> record) =>
        MemoryMarshal.Cast<byte, double>(record.Slice(HeaderSize, 2 * sizeof(double) * At(record).VertexCount));

    /// <summary>Class probabilities of a record by class id.</summary>
    public static ReadOnlySpan<float> ClassProbabilities(ReadOnlySpan<byte> record) =>
        MemoryMarshal.Cast<byte, float>(record.Slice(EndOfOutline(record), sizeof(float) * At(record).ClassCount));

    /// <summary>Bytes of a record's token.</summary>
    public static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> record) =>
        record[(EndOfOutline(record) + (sizeof(float) * At(record).ClassCount))..At(record).Length];

    private static int EndOfOutline(ReadOnlySpan<byte> record) => HeaderSize + (2 * sizeof(double) * At(record).VertexCount);
}
