using System.Buffers.Binary;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>
/// A pyramidal TIFF of any size in a few hundred kilobytes: all tiles of tissue are one and the same tile of the file, all tiles of the glass around
/// it another one.
/// </summary>
internal static class RepeatedTileSlide
{
    /// <summary>The width of the glass on each side is a multiple of so many px of level 0.</summary>
    public const int MarginUnit = Tile << 4;

    private const int Tile = 256;
    private const int TileBytes = Tile * Tile * 3;
    private const int EntryBytes = 12;

    private static readonly int[] Downsamples = [1, 4, 16];

    /// <summary>Writes it.</summary>
    /// <param name="path">Destination.</param>
    /// <param name="side">Side of the slide in px of level 0.</param>
    /// <param name="margin">Width of the glass on each side, a multiple of <see cref="MarginUnit"/>.</param>
    public static void Write(string path, int side, int margin)
    {
        using FileStream file = File.Create(path);
        file.Write("II*\0"u8);
        WriteNumber(file, 8 + (2 * TileBytes));
        file.Write(TileOf(glass: false));
        file.Write(TileOf(glass: true));
        for (int level = 0; level < Downsamples.Length; level++)
        {
            WriteLevel(file, side / Downsamples[level], margin / Downsamples[level] / Tile, isLast: level == Downsamples.Length - 1);
        }
    }

    private static byte[] TileOf(bool glass)
    {
        var random = new Random(1);
        byte[] pixels = new byte[TileBytes];
        for (int i = 0; i < TileBytes; i += 3)
        {
            int shade = random.Next(30);
            (pixels[i], pixels[i + 1], pixels[i + 2]) = glass ? ((byte)243, (byte)243, (byte)243) : ((byte)(170 + shade), (byte)(90 + shade), (byte)(150 + shade));
        }

        return pixels;
    }

    private static void WriteLevel(FileStream file, int side, int glass, bool isLast)
    {
        int across = (side + Tile - 1) / Tile, tiles = across * across;
        const int Entries = 11;
        long directory = file.Position, after = directory + 2 + (Entries * EntryBytes) + 4;
        long bits = after, offsets = bits + 8, counts = offsets + (4L * tiles), end = counts + (4L * tiles);
        WriteShort(file, Entries);
        WriteEntry(file, 256, 4, 1, side);
        WriteEntry(file, 257, 4, 1, side);
        WriteEntry(file, 258, 3, 3, (int)bits);
        WriteEntry(file, 259, 3, 1, 1);
        WriteEntry(file, 262, 3, 1, 2);
        WriteEntry(file, 277, 3, 1, 3);
        WriteEntry(file, 284, 3, 1, 1);
        WriteEntry(file, 322, 4, 1, Tile);
        WriteEntry(file, 323, 4, 1, Tile);
        WriteEntry(file, 324, 4, tiles, (int)offsets);
        WriteEntry(file, 325, 4, tiles, (int)counts);
        WriteNumber(file, isLast ? 0 : (int)end);
        foreach (int value in (ReadOnlySpan<int>)[8, 8, 8, 0])
        {
            WriteShort(file, value);
        }

        for (int row = 0; row < across; row++)
        {
            for (int column = 0; column < across; column++)
            {
                bool isGlass = Math.Min(row, column) < glass || Math.Max(row, column) >= across - glass;
                WriteNumber(file, isGlass ? 8 + TileBytes : 8);
            }
        }

        for (int i = 0; i < tiles; i++)
        {
            WriteNumber(file, TileBytes);
        }
    }

    private static void WriteEntry(FileStream file, int tag, int type, int count, int value)
    {
        WriteShort(file, tag);
        WriteShort(file, type);
        WriteNumber(file, count);
        WriteNumber(file, value);
    }

    private static void WriteShort(FileStream file, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        file.Write(bytes);
    }

    private static void WriteNumber(FileStream file, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        file.Write(bytes);
    }
}
