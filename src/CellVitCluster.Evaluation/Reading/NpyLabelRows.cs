using System.Buffers.Binary;
using CellVitCluster.Domain.Formats;

namespace CellVitCluster.Evaluation.Reading;

/// <summary>Two-dimensional integer array of NumPy, rows first. Not thread-safe.</summary>
internal sealed class NpyLabelRows : ILabelRows
{
    private const int LargestHeader = 10 + ushort.MaxValue;

    private readonly Stream _file;
    private readonly string _type;
    private readonly byte[] _line;
    private readonly int _size;

    /// <summary>Reads the header.</summary>
    /// <param name="file">The file from its beginning; disposed with this object.</param>
    /// <exception cref="FormatException">No array, or one of another kind.</exception>
    public NpyLabelRows(Stream file)
    {
        _file = file;
        byte[] head = new byte[LargestHeader];
        int read = file.ReadAtLeast(head.AsSpan(0, 10), 10, throwOnEndOfStream: false);
        if (read == 10)
        {
            read += file.ReadAtLeast(
                head.AsSpan(10, BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(8))),
                BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(8)),
                throwOnEndOfStream: false);
        }

        NpyHeader header = NpyHeader.Parse(head.AsSpan(0, read), out _);
        _type = header.Descr[1..];
        if (_type is not ("u1" or "i1" or "u2" or "i2" or "u4" or "i4" or "u8" or "i8"))
        {
            throw new FormatException($"an array of type '{header.Descr}', expected integers");
        }

        if (header.Shape.Count != 2 || header.Shape.Any(extent => extent is < 1 or > 1 << 24))
        {
            throw new FormatException($"an array of shape ({string.Join(", ", header.Shape)}), expected (height, width)");
        }

        (Height, Width) = ((int)header.Shape[0], (int)header.Shape[1]);
        _size = header.ElementSize;
        _line = new byte[Width * _size];
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public void Read(Span<int> row)
    {
        if (_file.ReadAtLeast(_line, _line.Length, throwOnEndOfStream: false) < _line.Length)
        {
            throw new FormatException("an array with fewer rows than its header states; the file is truncated");
        }

        for (int x = 0; x < Width; x++)
        {
            ReadOnlySpan<byte> element = _line.AsSpan(x * _size, _size);
            long value = _type switch
            {
                "u1" => element[0],
                "i1" => (sbyte)element[0],
                "u2" => BinaryPrimitives.ReadUInt16LittleEndian(element),
                "i2" => BinaryPrimitives.ReadInt16LittleEndian(element),
                "u4" => BinaryPrimitives.ReadUInt32LittleEndian(element),
                "i4" => BinaryPrimitives.ReadInt32LittleEndian(element),
                _ => BinaryPrimitives.ReadInt64LittleEndian(element),
            };
            row[x] = value is >= 0 and < int.MaxValue
                ? (int)value
                : throw new FormatException($"the instance number {value}, expected 0 … {int.MaxValue - 1}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
