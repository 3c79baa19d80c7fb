using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;
using MessagePack.Formatters;

namespace CellVitCluster.Store.Tiles;

/// <summary>A column of numbers as one MessagePack binary, little endian: written from and read into its array without a copy in between.</summary>
/// <typeparam name="T">Number type.</typeparam>
internal sealed class ColumnFormatter<T> : IMessagePackFormatter<T[]>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Serialize(ref MessagePackWriter writer, T[] value, MessagePackSerializerOptions options) =>
        writer.Write(MemoryMarshal.AsBytes(value.AsSpan()));

    /// <inheritdoc/>
    public T[] Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.ReadBytes() is not { } bytes)
        {
            return [];
        }

        int size = Unsafe.SizeOf<T>();
        if (bytes.Length % size != 0)
        {
            throw new FormatException($"A column of {typeof(T).Name} has {bytes.Length} bytes.");
        }

        var values = new T[bytes.Length / size];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
