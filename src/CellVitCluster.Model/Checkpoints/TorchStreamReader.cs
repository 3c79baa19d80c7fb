using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using CellVitCluster.Model.Checkpoints.Bytes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// PyTorch's container before version 1.6: a magic number, a protocol version, facts about the machine and the object, each pickled; then
/// the list of storage keys and, per key, the number of elements (int64) and the elements.
/// </summary>
internal static class TorchStreamReader
{
    private const long Protocol = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    /// <summary>Reads the stream.</summary>
    public static Checkpoint Read(ByteSource source, string name)
    {
        using var stream = new BufferedStream(new ByteSourceStream(source));
        var machine = new PickleMachine(stream, name);
        if (machine.Read() is not BigInteger magic || magic != Magic || machine.Read() is not Protocol)
        {
            throw CheckpointErrors.Unreadable(name, "It is a Python pickle, but not one that PyTorch wrote.");
        }

        if (machine.Read() is not OrderedDictionary<object, object?> origin || origin.GetValueOrDefault("little_endian") is not true)
        {
            throw CheckpointErrors.Unreadable(name, "It was written on a big-endian machine.");
        }

        object? content = machine.Read();
        if (machine.Read() is not List<object?> keys)
        {
            throw CheckpointErrors.Unreadable(name, "The list of its storages is missing.");
        }

        Dictionary<string, ByteRange> storages = Locate(source, stream.Position, name, keys, machine.Storages);
        var assembler = new CheckpointAssembler(name, source.Length, storage => storages.TryGetValue(storage.Key, out ByteRange? bytes)
            ? bytes
            : throw CheckpointErrors.Unreadable(name, $"Storage '{storage.Key}' is missing."));
        return assembler.Assemble(content);
    }

    /// <summary>The data lie one behind the other without an index; how wide their elements are is known from the pickled object only.</summary>
    private static Dictionary<string, ByteRange> Locate(
        ByteSource source, long position, string name, List<object?> keys, IReadOnlyDictionary<string, StorageReference> storages)
    {
        var located = new Dictionary<string, ByteRange>(StringComparer.Ordinal);
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (object? key in keys)
        {
            if (key is not string known || !storages.TryGetValue(known, out StorageReference? storage))
            {
                throw CheckpointErrors.Unreadable(name, $"Storage '{key}' belongs to no tensor.");
            }

            source.Read(position, count);
            if (BinaryPrimitives.ReadInt64LittleEndian(count) != storage.Count)
            {
                throw CheckpointErrors.Unreadable(name, $"Storage '{known}' has {BinaryPrimitives.ReadInt64LittleEndian(count)} elements, {storage.Count} were announced.");
            }

            long length = checked(storage.Count * ElementTypes.SizeOf(storage.ElementType));
            located[known] = new ByteRange(source, position + sizeof(long), length);
            position += sizeof(long) + length;
        }

        return located;
    }
}
