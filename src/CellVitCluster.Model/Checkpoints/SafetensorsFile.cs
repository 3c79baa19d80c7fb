using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using CellVitCluster.Model.Checkpoints.Bytes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// The safetensors format: an 8-byte length, a JSON header with type, shape and byte range per tensor, then the bytes. The architecture and
/// configuration that a PyTorch checkpoint carries stand in the header's <c>__metadata__</c> as <c>arch</c> and <c>config</c> (JSON text).
/// </summary>
public static class SafetensorsFile
{
    private const string Metadata = "__metadata__";
    private const string ArchitectureKey = "arch";
    private const string ConfigurationKey = "config";

    /// <summary>Longest header that is read; the format's own limit.</summary>
    private const long MaximumHeaderBytes = 100_000_000;

    /// <summary>Bytes copied at a time when a checkpoint is written.</summary>
    private const int ChunkBytes = 1 << 20;

    /// <summary>Writes a checkpoint beside its destination and renames it into place.</summary>
    /// <param name="path">Destination; replaced when it exists.</param>
    /// <param name="checkpoint">What to write; tensors are stored in their order.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        string unfinished = path + ".tmp";
        using (FileStream file = File.Create(unfinished))
        {
            Write(file, checkpoint);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Writes a checkpoint to a stream, which stays open. Tensors pass through a small buffer, whatever their size.</summary>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(checkpoint);
        var header = new JsonObject
        {
            [Metadata] = new JsonObject { [ArchitectureKey] = checkpoint.Architecture, [ConfigurationKey] = checkpoint.Configuration.ToJson() },
        };
        long offset = 0;
        foreach (CheckpointTensor tensor in checkpoint.Tensors)
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = ElementTypes.ToSafetensors(tensor.ElementType),
                ["shape"] = new JsonArray([.. tensor.Shape.Select(e => (JsonNode)e)]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.ByteCount),
            };
            offset += tensor.ByteCount;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        // The data begin at a multiple of eight bytes, so that readers can map them.
        int padding = (8 - (json.Length % 8)) % 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length + padding);
        stream.Write(length);
        stream.Write(json);
        stream.Write("       "u8[..padding]);
        var chunk = new byte[ChunkBytes];
        foreach (CheckpointTensor tensor in checkpoint.Tensors)
        {
            for (long at = 0; at < tensor.ByteCount; at += chunk.Length)
            {
                Span<byte> part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, tensor.ByteCount - at));
                tensor.Read(at, part);
                stream.Write(part);
            }
        }
    }

    /// <summary>Describes the checkpoint; tensors are not read.</summary>
    internal static Checkpoint Read(ByteSource source, string name)
    {
        const int prefix = sizeof(long);
        long length = BinaryPrimitives.ReadInt64LittleEndian(source.ReadArray(0, prefix));
        if (length < 2 || length > MaximumHeaderBytes || length > source.Length - prefix)
        {
            throw CheckpointErrors.Unreadable(name, $"Its header claims {length} bytes; the file has {source.Length}.");
        }

        byte[] bytes = source.ReadArray(prefix, (int)length);
        try
        {
            return Read(source, JsonNode.Parse(bytes) as JsonObject ?? throw new JsonException("The header is no object."), prefix + length, name);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw CheckpointErrors.Unreadable(name, "Its safetensors header is damaged.", e);
        }
    }

    private static Checkpoint Read(ByteSource source, JsonObject header, long dataStart, string name)
    {
        var tensors = new List<CheckpointTensor>();
        long budget = source.Length - dataStart;
        foreach ((string key, JsonNode? entry) in header.Where(e => e.Key != Metadata).OrderBy(e => Begin(e.Value)))
        {
            long[] shape = [.. (entry?["shape"] as JsonArray ?? throw new FormatException("A tensor has no shape.")).Select(Whole)];
            string? typeName = entry?["dtype"]?.GetValue<string>();
            ElementType type = ElementTypes.FromSafetensors(typeName)
                ?? throw CheckpointErrors.Unreadable(name, $"Tensor '{key}' has elements of type '{typeName}', which is not supported.");
            long begin = Begin(entry);
            long end = Whole(entry?["data_offsets"]?[1]);
            decimal expected = shape.Aggregate((decimal)ElementTypes.SizeOf(type), (product, extent) => Math.Min(product * Math.Max(extent, 0), long.MaxValue));
            if (begin < 0 || end < begin || end > source.Length - dataStart || end - begin != expected || (budget -= end - begin) < 0)
            {
                throw CheckpointErrors.Unreadable(name, $"Tensor '{key}' of shape [{string.Join(", ", shape)}] does not fit its bytes {begin} to {end} of {source.Length - dataStart}.");
            }

            tensors.Add(new CheckpointTensor(key, type, shape, new ByteRange(source, dataStart + begin, end - begin)));
        }

        JsonNode? metadata = header[Metadata];
        return new Checkpoint(
            metadata?[ArchitectureKey]?.GetValue<string>() ?? string.Empty,
            tensors,
            metadata?[ConfigurationKey]?.GetValue<string>() is { } json ? CheckpointConfiguration.FromJson(json) : CheckpointConfiguration.Empty);
    }

    private static long Begin(JsonNode? entry) =>
        entry?["data_offsets"] is JsonArray { Count: 2 } offsets ? Whole(offsets[0]) : throw new FormatException("A tensor has no offsets.");

    private static long Whole(JsonNode? node) => node?.GetValue<long>() ?? throw new FormatException("A number was expected.");
}
