using System.Buffers.Binary;
using System.Text;

namespace CellVitCluster.Evaluation.Reading;

/// <summary>The data of all IDAT chunks of a PNG file as one stream, check sums verified (PNG specification, third edition, clause 5).</summary>
internal sealed class PngChunks : Stream
{
    private const int LargestChunk = 1 << 30;
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    private readonly Stream _file;
    private byte[] _chunk = [];
    private int _position;
    private bool _ended;

    /// <summary>Reads signature and header.</summary>
    /// <param name="file">The file from its beginning; disposed with this stream.</param>
    /// <exception cref="FormatException">No PNG file.</exception>
    public PngChunks(Stream file)
    {
        _file = file;
        byte[] signature = new byte[Signature.Length];
        if (file.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false) < signature.Length || !signature.SequenceEqual(Signature))
        {
            throw new FormatException("no PNG file");
        }

        if (ReadChunk() != "IHDR" || _chunk.Length != 13)
        {
            throw new FormatException("a PNG file without header");
        }

        Header = _chunk;
        _position = _chunk.Length;
    }

    /// <summary>The 13 bytes of the IHDR chunk.</summary>
    public byte[] Header { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (_position == _chunk.Length && !_ended)
        {
            string type = ReadChunk();
            _ended = type == "IEND";
            _position = type == "IDAT" ? 0 : _chunk.Length;
        }

        int count = Math.Min(buffer.Length, _chunk.Length - _position);
        _chunk.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private string ReadChunk()
    {
        byte[] head = ReadExactly(8);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        string type = Encoding.ASCII.GetString(head, 4, 4);

        // A damaged length must not ask for more memory than the file has bytes.
        if (length > LargestChunk || (_file.CanSeek && length > _file.Length - _file.Position))
        {
            throw new FormatException($"a PNG file whose chunk '{type}' claims {length} bytes; it is truncated or damaged");
        }

        _chunk = ReadExactly((int)length);
        uint crc = uint.MaxValue;
        crc = Update(crc, head.AsSpan(4));
        crc = ~Update(crc, _chunk);
        return BinaryPrimitives.ReadUInt32BigEndian(ReadExactly(4)) == crc
            ? type
            : throw new FormatException($"a PNG file whose chunk '{type}' has a wrong check sum; it is damaged");
    }

    private byte[] ReadExactly(int count)
    {
        byte[] bytes = new byte[count];
        return _file.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count ? bytes : throw new FormatException("a truncated PNG file");
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint CrcOf(int value)
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return crc;
    }
}
