using System.Buffers.Binary;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>
/// What a link between two nodes must know of Akka's wire format: frames are prefixed by their length (4 bytes, little endian); the first
/// one names the node that opened the connection; those that carry a message of the product name its serializer.
/// </summary>
internal static class RemoteFrame
{
    /// <summary>Largest frame that is accepted: four times what nodes send at most.</summary>
    private const int MaxLength = 4 << 20;

    // Field 2 (serializer id) of a protocol buffer with the value 4711.
    private static ReadOnlySpan<byte> SerializerOfTheProduct => [0x10, 0xE7, 0x24];

    /// <summary>Reads the next frame with its length; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The stream is no Akka connection.</exception>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] prefix = new byte[4];
        int read = await stream.ReadAtLeastAsync(prefix, 4, throwOnEndOfStream: false, cancellation);
        if (read < 4)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is < 0 or > MaxLength)
        {
            throw new InvalidDataException($"A frame of {length} bytes.");
        }

        byte[] frame = new byte[4 + length];
        prefix.CopyTo(frame, 0);
        read = await stream.ReadAtLeastAsync(frame.AsMemory(4), length, throwOnEndOfStream: false, cancellation);
        return read == length ? frame : null;
    }

    /// <summary>Whether a frame carries a message of the product (and not one of Akka's own, which count on coming once).</summary>
    public static bool IsProductMessage(ReadOnlySpan<byte> frame) => frame.IndexOf(SerializerOfTheProduct) >= 0;

    /// <summary>Port of the node that opened the connection, from its first frame; null when the frame does not say.</summary>
    public static int? OriginPort(ReadOnlySpan<byte> frame)
    {
        // AkkaProtocolMessage { instruction = 2 { handshakeInfo = 2 { origin = 1 { port = 3 } } } }
        ReadOnlySpan<byte> part = frame[4..];
        foreach (int field in (ReadOnlySpan<int>)[2, 2, 1])
        {
            part = Field(part, field, out _);
        }

        Field(part, 3, out ulong port);
        return port is > 0 and <= 65535 ? (int)port : null;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int wanted, out ulong number)
    {
        number = 0;
        while (!message.IsEmpty)
        {
            ulong tag = Varint(ref message);
            ReadOnlySpan<byte> bytes = default;
            ulong value = 0;
            switch (tag & 7)
            {
                case 0:
                    value = Varint(ref message);
                    break;
                case 1 when message.Length >= 8:
                    message = message[8..];
                    break;
                case 2:
                    int length = (int)Math.Min(Varint(ref message), (ulong)message.Length);
                    bytes = message[..length];
                    message = message[length..];
                    break;
                case 5 when message.Length >= 4:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(message);
                    message = message[4..];
                    break;
                default:
                    return default;
            }

            if (tag >> 3 == (ulong)wanted)
            {
                number = value;
                return bytes;
            }
        }

        return default;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && !bytes.IsEmpty; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                break;
            }
        }

        return value;
    }
}
