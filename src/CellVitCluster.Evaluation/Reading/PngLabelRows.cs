using System.Buffers.Binary;
using System.IO.Compression;

namespace CellVitCluster.Evaluation.Reading;

/// <summary>
/// Grey PNG of 8 or 16 bits without interlacing, values unchanged: picture libraries reduce 16 bits to 8 or to half precision, which would
/// merge instances (PNG specification, third edition, clauses 9 and 11). Not thread-safe.
/// </summary>
internal sealed class PngLabelRows : ILabelRows
{
    private readonly ZLibStream _pixels;
    private readonly int _bytesPerPixel;
    private byte[] _line;
    private byte[] _above;

    /// <summary>Reads the header.</summary>
    /// <param name="file">The file from its beginning; disposed with this object.</param>
    /// <exception cref="FormatException">No PNG file, or another kind of PNG.</exception>
    public PngLabelRows(Stream file)
    {
        var chunks = new PngChunks(file);
        _pixels = new ZLibStream(chunks, CompressionMode.Decompress);
        byte[] header = chunks.Header;
        uint width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        (int bits, int color, int interlace) = (header[8], header[9], header[12]);
        if (color != 0 || bits is not (8 or 16) || interlace != 0)
        {
            string kind = color switch { 0 => "grey", 2 => "RGB", 3 => "palette", 4 => "grey with alpha", 6 => "RGB with alpha", _ => $"color type {color}" };
            throw new FormatException($"a PNG of kind '{kind}, {bits} bit{(interlace != 0 ? ", interlaced" : string.Empty)}', expected grey, 8 or 16 bit, not interlaced");
        }

        if (width is 0 or > 1 << 24 || height is 0 or > 1 << 24)
        {
            throw new FormatException($"a PNG of {width} × {height} px");
        }

        (Width, Height) = ((int)width, (int)height);
        _bytesPerPixel = bits / 8;
        _line = new byte[Width * _bytesPerPixel];
        _above = new byte[_line.Length];
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public void Read(Span<int> row)
    {
        (_line, _above) = (_above, _line);
        int filter = _pixels.ReadByte();
        if (filter < 0 || _pixels.ReadAtLeast(_line, _line.Length, throwOnEndOfStream: false) < _line.Length)
        {
            throw new FormatException("a PNG file with fewer rows than its header states; it is truncated");
        }

        Unfilter(filter);
        for (int x = 0; x < Width; x++)
        {
            row[x] = _bytesPerPixel == 1 ? _line[x] : BinaryPrimitives.ReadUInt16BigEndian(_line.AsSpan(2 * x));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pixels.Dispose();

    private void Unfilter(int filter)
    {
        for (int i = 0; i < _line.Length; i++)
        {
            byte left = i >= _bytesPerPixel ? _line[i - _bytesPerPixel] : (byte)0;
            byte up = _above[i];
            byte corner = i >= _bytesPerPixel ? _above[i - _bytesPerPixel] : (byte)0;
            _line[i] += filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (byte)((left + up) / 2),
                4 => Paeth(left, up, corner),
                _ => throw new FormatException($"a PNG file with the unknown filter {filter}; it is damaged"),
            };
        }
    }

    private static byte Paeth(byte left, byte up, byte corner)
    {
        int estimate = left + up - corner;
        int toLeft = Math.Abs(estimate - left), toUp = Math.Abs(estimate - up), toCorner = Math.Abs(estimate - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
