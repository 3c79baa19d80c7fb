using System.Buffers.Binary;
using System.Globalization;

namespace CellVitCluster.Slides.Opening;

/// <summary>
/// Tells a damaged slide from a file that never was one: a file that was cut off while being copied loses the TIFF directories at its end,
/// and then no reader recognizes it any more.
/// </summary>
internal static class FileDamage
{
    private const int MaxDirectories = 4096;

    /// <summary>Describes the damage of an unrecognized file as the end of a sentence, or returns null when none is visible.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string? Find(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length == 0)
        {
            return "it is empty (0 bytes)";
        }

        Span<byte> header = stackalloc byte[16];
        int read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < 4 || TiffLayout.Recognize(header) is not { } layout)
        {
            return null;
        }

        if (read < layout.HeaderSize)
        {
            return "it ends within the TIFF header";
        }

        return FollowDirectories(file, layout, layout.FirstDirectory(header));
    }

    private static string? FollowDirectories(FileStream file, TiffLayout layout, long offset)
    {
        for (int count = 0; offset != 0; count++)
        {
            if (count == MaxDirectories)
            {
                return "its TIFF directories form a loop";
            }

            long? next = NextDirectory(file, layout, offset);
            if (next is null)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"a TIFF directory is expected at byte {offset}, but the file ends at byte {file.Length}");
            }

            offset = next.Value;
        }

        return null;
    }

    private static long? NextDirectory(FileStream file, TiffLayout layout, long offset)
    {
        Span<byte> number = stackalloc byte[8];
        if (offset < 0 || offset > file.Length - layout.CountSize)
        {
            return null;
        }

        file.Position = offset;
        file.ReadExactly(number[..layout.CountSize]);
        long end = offset + layout.CountSize + (layout.Number(number[..layout.CountSize]) * layout.EntrySize);
        if (end < offset || end > file.Length - layout.OffsetSize)
        {
            return null;
        }

        file.Position = end;
        file.ReadExactly(number[..layout.OffsetSize]);
        return layout.Number(number[..layout.OffsetSize]);
    }

    /// <summary>Byte order and field sizes of classic TIFF and BigTIFF.</summary>
    private sealed record TiffLayout(bool LittleEndian, bool Big)
    {
        public int HeaderSize => Big ? 16 : 8;

        public int CountSize => Big ? 8 : 2;

        public int EntrySize => Big ? 20 : 12;

        public int OffsetSize => Big ? 8 : 4;

        public static TiffLayout? Recognize(ReadOnlySpan<byte> header) => header switch
        {
            [(byte)'I', (byte)'I', 42, 0, ..] => new TiffLayout(LittleEndian: true, Big: false),
            [(byte)'I', (byte)'I', 43, 0, ..] => new TiffLayout(LittleEndian: true, Big: true),
            [(byte)'M', (byte)'M', 0, 42, ..] => new TiffLayout(LittleEndian: false, Big: false),
            [(byte)'M', (byte)'M', 0, 43, ..] => new TiffLayout(LittleEndian: false, Big: true),
            _ => null,
        };

        public long FirstDirectory(ReadOnlySpan<byte> header) => Big ? Number(header[8..16]) : Number(header[4..8]);

        public long Number(ReadOnlySpan<byte> bytes) => (bytes.Length, LittleEndian) switch
        {
            (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            (_, true) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            (_, false) => BinaryPrimitives.ReadInt64BigEndian(bytes),
        };
    }
}
