using System.Text;
using CellVitCluster.Model.Checkpoints.Bytes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// PyTorch's zip container: <c>&lt;name&gt;/data.pkl</c> describes the objects, <c>&lt;name&gt;/data/&lt;n&gt;</c> hold the numbers.
/// Source: spec/model.md §2.1.
/// </summary>
internal static class TorchZipReader
{
    private const string Description = "data.pkl";
    private const long MaximumDescriptionBytes = 256 << 20;

    /// <summary>Reads the container.</summary>
    public static Checkpoint Read(ByteSource source, string name)
    {
        var zip = new StoredZip(source, name);
        string? description = zip.Names.FirstOrDefault(n => n == Description || n.EndsWith("/" + Description, StringComparison.Ordinal));
        if (description is null)
        {
            throw CheckpointErrors.Unreadable(name, $"It is a zip file without '{Description}'.");
        }

        string root = description[..^Description.Length];
        RequireLittleEndian(zip, root, name);
        object? content = new PickleMachine(new MemoryStream(ReadWhole(zip.Find(description)!, description, name)), name).Read();
        var assembler = new CheckpointAssembler(name, source.Length, storage =>
        {
            string entry = $"{root}data/{storage.Key}";
            return zip.Find(entry) ?? throw CheckpointErrors.Unreadable(name, $"Storage '{entry}' is missing.");
        });
        return assembler.Assemble(content);
    }

    private static void RequireLittleEndian(StoredZip zip, string root, string name)
    {
        string entry = root + "byteorder";
        if (zip.Find(entry) is { } order && Encoding.ASCII.GetString(ReadWhole(order, entry, name)) != "little")
        {
            throw CheckpointErrors.Unreadable(name, "It was written on a big-endian machine.");
        }
    }

    private static byte[] ReadWhole(ByteRange content, string entry, string name) => content.Length <= MaximumDescriptionBytes
        ? content.ReadArray(0, (int)content.Length)
        : throw CheckpointErrors.Unreadable(name, $"Entry '{entry}' has {content.Length} bytes; at most {MaximumDescriptionBytes} are accepted.");
}
