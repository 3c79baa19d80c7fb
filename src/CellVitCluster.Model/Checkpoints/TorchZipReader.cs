using System.Text;

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
    public static Checkpoint Read(Stream stream, string name)
    {
        var zip = new StoredZip(stream, name);
        string? description = zip.Names.FirstOrDefault(n => n == Description || n.EndsWith("/" + Description, StringComparison.Ordinal));
        if (description is null)
        {
            throw CheckpointErrors.Unreadable(name, $"It is a zip file without '{Description}'.");
        }

        string root = description[..^Description.Length];
        RequireLittleEndian(zip, root, name);
        object? content = new PickleMachine(new MemoryStream(ReadWhole(zip, description, name)), name).Read();
        var assembler = new CheckpointAssembler(name, stream.Length, (storage, offset, target) =>
        {
            string entry = $"{root}data/{storage.Key}";
            if (zip.LengthOf(entry) < 0)
            {
                throw CheckpointErrors.Unreadable(name, $"Storage '{entry}' is missing.");
            }

            zip.Read(entry, offset, target);
        });
        return assembler.Assemble(content);
    }

    private static void RequireLittleEndian(StoredZip zip, string root, string name)
    {
        string entry = root + "byteorder";
        if (zip.LengthOf(entry) >= 0 && Encoding.ASCII.GetString(ReadWhole(zip, entry, name)) != "little")
        {
            throw CheckpointErrors.Unreadable(name, "It was written on a big-endian machine.");
        }
    }

    private static byte[] ReadWhole(StoredZip zip, string entry, string name)
    {
        long length = zip.LengthOf(entry);
        if (length > MaximumDescriptionBytes)
        {
            throw CheckpointErrors.Unreadable(name, $"Entry '{entry}' has {length} bytes; at most {MaximumDescriptionBytes} are accepted.");
        }

        var bytes = new byte[length];
        zip.Read(entry, 0, bytes);
        return bytes;
    }
}
