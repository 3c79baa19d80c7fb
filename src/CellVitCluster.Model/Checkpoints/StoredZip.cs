using System.Buffers.Binary;
using System.Text;
using CellVitCluster.Model.Checkpoints.Bytes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// Directory of a zip file whose entries are stored without compression, as PyTorch writes them. Entries are runs of bytes of the
/// file itself: nothing is ever inflated, a size that the file does not have cannot be claimed, and no byte belongs to two entries. Zip64 is
/// understood. Source: PKWARE APPNOTE 6.3.10, §4.3.
/// </summary>
internal sealed class StoredZip
{
    private const uint EndSignature = 0x06054b50;
    private const uint Zip64LocatorSignature = 0x07064b50;
    private const uint Zip64EndSignature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int EndLength = 22;
    private const int EntryLength = 46;
    private const int LocalLength = 30;

    /// <summary>Longest directory that is read: 100,000 entries with long names.</summary>
    private const long MaximumDirectoryBytes = 32 << 20;

    private readonly ByteSource _source;
    private readonly string _name;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Reads the directory.</summary>
    /// <param name="source">The whole file.</param>
    /// <param name="name">Name for error messages.</param>
    public StoredZip(ByteSource source, string name)
    {
        _source = source;
        _name = name;
        (long offset, long length) = FindDirectory();
        if (length > MaximumDirectoryBytes || offset < 0 || length < 0 || offset > source.Length - length)
        {
            throw CheckpointErrors.Unreadable(name, $"Its zip directory claims {length} bytes at {offset}; the file has {source.Length} bytes.");
        }

        ReadDirectory(ReadAt(offset, (int)length));
        RequireDisjoint(offset);
    }

    /// <summary>Names of all entries.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The bytes of an entry, or null when there is none of that name.</summary>
    public ByteRange? Find(string entry)
    {
        if (!_entries.TryGetValue(entry, out Entry found))
        {
            return null;
        }

        byte[] local = ReadAt(found.HeaderOffset, LocalLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != LocalSignature)
        {
            throw CheckpointErrors.Unreadable(_name, $"The zip directory points at no entry for '{entry}'.");
        }

        long start = found.HeaderOffset + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(26)) + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(28));
        return start + found.Length <= found.End
            ? new ByteRange(_source, start, found.Length)
            : throw CheckpointErrors.Unreadable(_name, $"Entry '{entry}' of {found.Length} bytes reaches into the next one.");
    }

    private (long Offset, long Length) FindDirectory()
    {
        int tailLength = (int)Math.Min(_source.Length, EndLength + ushort.MaxValue);
        long tailStart = _source.Length - tailLength;
        byte[] tail = ReadAt(tailStart, tailLength);
        for (int i = tail.Length - EndLength; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i)) != EndSignature)
            {
                continue;
            }

            uint length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i + 12));
            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i + 16));
            long locator = tailStart + i - 20;
            if (locator >= 0)
            {
                byte[] zip64 = ReadAt(locator, 20);
                if (BinaryPrimitives.ReadUInt32LittleEndian(zip64) == Zip64LocatorSignature)
                {
                    return ReadZip64End(BinaryPrimitives.ReadInt64LittleEndian(zip64.AsSpan(8)));
                }
            }

            return (offset, length);
        }

        throw CheckpointErrors.Unreadable(_name, "The zip directory at its end is missing; the file is truncated.");
    }

    private (long Offset, long Length) ReadZip64End(long position)
    {
        byte[] end = ReadAt(position, 56);
        return BinaryPrimitives.ReadUInt32LittleEndian(end) == Zip64EndSignature
            ? (BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(48)), BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(40)))
            : throw CheckpointErrors.Unreadable(_name, "Its zip64 directory is damaged.");
    }

    private void ReadDirectory(ReadOnlySpan<byte> directory)
    {
        while (directory.Length >= EntryLength && BinaryPrimitives.ReadUInt32LittleEndian(directory) == EntrySignature)
        {
            ushort method = BinaryPrimitives.ReadUInt16LittleEndian(directory[10..]);
            long packed = BinaryPrimitives.ReadUInt32LittleEndian(directory[20..]);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(directory[24..]);
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
            int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            long header = BinaryPrimitives.ReadUInt32LittleEndian(directory[42..]);
            int total = EntryLength + nameLength + extraLength + commentLength;
            if (directory.Length < total)
            {
                break;
            }

            string entry = Encoding.UTF8.GetString(directory.Slice(EntryLength, nameLength));
            ReadZip64Extra(directory.Slice(EntryLength + nameLength, extraLength), ref length, ref packed, ref header);
            if (method != 0 || packed != length)
            {
                throw CheckpointErrors.Unreadable(_name, $"Entry '{entry}' is compressed ({packed} bytes for {length}); PyTorch stores its entries uncompressed.");
            }

            if (header < 0 || length < 0 || header > _source.Length - LocalLength - length)
            {
                throw CheckpointErrors.Unreadable(_name, $"Entry '{entry}' claims {length} bytes at {header}; the file has {_source.Length} bytes.");
            }

            if (!_entries.TryAdd(entry, new Entry(header, length, 0)))
            {
                throw CheckpointErrors.Unreadable(_name, $"It has two entries '{entry}'.");
            }

            directory = directory[total..];
        }

        if (!directory.IsEmpty)
        {
            throw CheckpointErrors.Unreadable(_name, "Its zip directory is damaged.");
        }
    }

    /// <summary>Entries that share bytes could claim many times what the file holds.</summary>
    private void RequireDisjoint(long directory)
    {
        long next = directory;
        foreach ((string entry, Entry found) in _entries.OrderByDescending(e => e.Value.HeaderOffset))
        {
            if (found.HeaderOffset + LocalLength + found.Length > next)
            {
                throw CheckpointErrors.Unreadable(_name, $"Entry '{entry}' of {found.Length} bytes at {found.HeaderOffset} overlaps what begins at {next}.");
            }

            _entries[entry] = found with { End = next };
            next = found.HeaderOffset;
        }
    }

    private static void ReadZip64Extra(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long header)
    {
        const ushort zip64 = 1;
        while (extra.Length >= 4)
        {
            ushort id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (id == zip64)
            {
                ReadOnlySpan<byte> values = extra.Slice(4, size);
                Take(ref values, ref length);
                Take(ref values, ref packed);
                Take(ref values, ref header);
            }

            extra = extra[(4 + size)..];
        }

        // Only the fields that are saturated in the directory are present, in this order.
        static void Take(ref ReadOnlySpan<byte> values, ref long field)
        {
            if (field == uint.MaxValue && values.Length >= 8)
            {
                field = BinaryPrimitives.ReadInt64LittleEndian(values);
                values = values[8..];
            }
        }
    }

    private byte[] ReadAt(long position, int length)
    {
        if (position < 0 || position > _source.Length - length)
        {
            throw CheckpointErrors.Unreadable(_name, $"It points at byte {position}; the file has {_source.Length} bytes.");
        }

        return _source.ReadArray(position, length);
    }

    /// <param name="HeaderOffset">Where its local header begins.</param>
    /// <param name="Length">Bytes of its content.</param>
    /// <param name="End">Where the next entry or the directory begins.</param>
    private readonly record struct Entry(long HeaderOffset, long Length, long End);
}
