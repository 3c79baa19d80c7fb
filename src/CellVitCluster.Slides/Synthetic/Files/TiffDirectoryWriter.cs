using System.Buffers.Binary;
using System.Text;

namespace CellVitCluster.Slides.Synthetic.Files;

/// <summary>
/// Writes little-endian TIFF directories, classic (TIFF 6.0 section 2) or BigTIFF. Tags are to be added in ascending order. Values that do
/// not fit into their entry are written before the directory, which points to them.
/// </summary>
/// <param name="stream">Destination.</param>
/// <param name="big">Whether offsets have 8 bytes.</param>
internal sealed class TiffDirectoryWriter(Stream stream, bool big)
{
    private const ushort TypeAscii = 2;
    private const ushort TypeShort = 3;
    private const ushort TypeLong = 4;
    private const ushort TypeRational = 5;
    private const ushort TypeLong8 = 16;

    private readonly List<Entry> _entries = [];
    private long _first;
    private long _previousLink;

    private int OffsetSize => big ? 8 : 4;

    /// <summary>Adds 16-bit values.</summary>
    public void AddShorts(ushort tag, params ReadOnlySpan<ushort> values)
    {
        var bytes = new byte[2 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), values[i]);
        }

        _entries.Add(new Entry(tag, TypeShort, values.Length, bytes));
    }

    /// <summary>Adds 32-bit values.</summary>
    public void AddLongs(ushort tag, params ReadOnlySpan<uint> values)
    {
        var bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), values[i]);
        }

        _entries.Add(new Entry(tag, TypeLong, values.Length, bytes));
    }

    /// <summary>Adds positions in the file.</summary>
    public void AddOffsets(ushort tag, ReadOnlySpan<long> values)
    {
        var bytes = new byte[OffsetSize * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            WriteOffset(bytes.AsSpan(OffsetSize * i), values[i]);
        }

        _entries.Add(new Entry(tag, big ? TypeLong8 : TypeLong, values.Length, bytes));
    }

    /// <summary>Adds a fraction.</summary>
    public void AddRational(ushort tag, uint numerator, uint denominator)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, numerator);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), denominator);
        _entries.Add(new Entry(tag, TypeRational, 1, bytes));
    }

    /// <summary>Adds ASCII text.</summary>
    public void AddText(ushort tag, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text + '\0');
        _entries.Add(new Entry(tag, TypeAscii, bytes.Length, bytes));
    }

    /// <summary>Writes the collected tags as one directory and links it to the one before.</summary>
    public void EndDirectory()
    {
        int countSize = big ? 8 : 2, entrySize = big ? 20 : 12;
        var directory = new byte[countSize + (entrySize * _entries.Count) + OffsetSize];
        BinaryPrimitives.WriteUInt16LittleEndian(directory, (ushort)_entries.Count);
        for (int i = 0; i < _entries.Count; i++)
        {
            Entry entry = _entries[i];
            Span<byte> target = directory.AsSpan(countSize + (entrySize * i), entrySize);
            BinaryPrimitives.WriteUInt16LittleEndian(target, entry.Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(target[2..], entry.Type);
            WriteOffset(target[4..], entry.Count);
            Span<byte> value = target[(4 + OffsetSize)..];
            if (entry.Value.Length <= OffsetSize)
            {
                entry.Value.CopyTo(value);
            }
            else
            {
                WriteOffset(value, AlignedPosition());
                stream.Write(entry.Value);
            }
        }

        long position = AlignedPosition();
        stream.Write(directory);
        Link(position);
        _previousLink = stream.Position - OffsetSize;
        _entries.Clear();
    }

    /// <summary>Writes the header at the start of the file; it takes 8 bytes, in a BigTIFF 16.</summary>
    public void WriteHeader()
    {
        Span<byte> header = stackalloc byte[big ? 16 : 8];
        header.Clear();
        header[0] = header[1] = (byte)'I';
        header[2] = big ? (byte)43 : (byte)42;
        if (big)
        {
            header[4] = 8;
        }

        WriteOffset(header[^OffsetSize..], _first);
        stream.Position = 0;
        stream.Write(header);
    }

    private void Link(long directory)
    {
        if (_first == 0)
        {
            _first = directory;
            return;
        }

        Span<byte> link = stackalloc byte[OffsetSize];
        WriteOffset(link, directory);
        long end = stream.Position;
        stream.Position = _previousLink;
        stream.Write(link);
        stream.Position = end;
    }

    private void WriteOffset(Span<byte> target, long value)
    {
        if (big)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, checked((uint)value));
        }
    }

    private long AlignedPosition()
    {
        while (stream.Position % 8 != 0)
        {
            stream.WriteByte(0);
        }

        return stream.Position;
    }

    private readonly record struct Entry(ushort Tag, ushort Type, int Count, byte[] Value);
}
