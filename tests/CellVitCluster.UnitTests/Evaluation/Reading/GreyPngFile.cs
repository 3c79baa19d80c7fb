using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace CellVitCluster.UnitTests.Evaluation.Reading;

/// <summary>Writes grey PNG files, each row with another filter, the pixel data in several chunks.</summary>
internal static class GreyPngFile
{
    public static byte[] Of(int[,] values, int bits, byte color = 0, byte interlace = 0)
    {
        int height = values.GetLength(0), width = values.GetLength(1), size = bits / 8;
        using var raw = new MemoryStream();
        using (var zlib = new ZLibStream(raw, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] above = new byte[width * size];
            for (int y = 0; y < height; y++)
            {
                byte[] line = new byte[width * size];
                for (int x = 0; x < width; x++)
                {
                    if (size == 1)
                    {
                        line[x] = (byte)values[y, x];
                    }
                    else
                    {
                        BinaryPrimitives.WriteUInt16BigEndian(line.AsSpan(2 * x), (ushort)values[y, x]);
                    }
                }

                zlib.WriteByte((byte)(y % 5));
                zlib.Write([.. line.Select((value, i) => (byte)(value - Predicted(y % 5, line, above, i, size)))]);
                above = line;
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, color, interlace);
        byte[] data = raw.ToArray();
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("tEXt", "comment"u8.ToArray()),
            .. data.Chunk(50).SelectMany(part => Chunk("IDAT", part)), .. Chunk("IEND", []),
        ];
    }

    private static byte Predicted(int filter, byte[] line, byte[] above, int i, int size)
    {
        int left = i >= size ? line[i - size] : 0, up = above[i], corner = i >= size ? above[i - size] : 0;
        int estimate = left + up - corner;
        (int Distance, int Order, int Value)[] candidates = [(Math.Abs(estimate - left), 0, left), (Math.Abs(estimate - up), 1, up), (Math.Abs(estimate - corner), 2, corner)];
        return (byte)(filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => candidates.Min().Value });
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        uint crc = uint.MaxValue;
        foreach (byte value in chunk.AsSpan(4, 4 + data.Length))
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), ~crc);
        return chunk;
    }
}
