using System.IO.Compression;
using System.Text;

namespace CellVitCluster.UnitTests.Model.Checkpoints;

/// <summary>Builds PyTorch containers byte by byte, honest and dishonest ones.</summary>
internal static class TorchFile
{
    /// <summary>A container with the given pickle stream and one storage, "0".</summary>
    public static MemoryStream Zip(byte[] pickle, byte[] storage, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", pickle, CompressionLevel.NoCompression);
            Add(zip, "archive/data/0", storage, compression);
        }

        file.Position = 0;
        return file;
    }

    /// <summary>Position of an entry in the directory of a container.</summary>
    public static int DirectoryEntry(byte[] file, string name)
    {
        const int nameOffset = 46;
        int at = file.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(name)) - nameOffset;
        return file.AsSpan(at).StartsWith("PK\u0001\u0002"u8) ? at : throw new InvalidOperationException($"No directory entry '{name}'.");
    }

    /// <summary>Pickle of <c>{"w": tensor}</c>, a view of float storage "0".</summary>
    public static byte[] OneTensor(int count, int offset, int[] shape, int[] strides)
    {
        var pickle = new List<byte> { 0x80, 2, (byte)'}' };
        Text(pickle, "w");
        pickle.AddRange("ctorch._utils\n_rebuild_tensor_v2\n(("u8);
        Text(pickle, "storage");
        pickle.AddRange("ctorch\nFloatStorage\n"u8);
        Text(pickle, "0");
        Text(pickle, "cpu");
        Number(pickle, count);
        pickle.AddRange("tQ"u8);
        Number(pickle, offset);
        Tuple(pickle, shape);
        Tuple(pickle, strides);
        pickle.Add(0x89);
        pickle.AddRange("ccollections\nOrderedDict\n)RtRs."u8);
        return [.. pickle];
    }

    private static void Add(ZipArchive zip, string name, byte[] content, CompressionLevel compression)
    {
        using Stream entry = zip.CreateEntry(name, compression).Open();
        entry.Write(content);
    }

    private static void Text(List<byte> pickle, string text)
    {
        pickle.Add((byte)'X');
        pickle.AddRange(BitConverter.GetBytes(text.Length));
        pickle.AddRange(Encoding.ASCII.GetBytes(text));
    }

    private static void Number(List<byte> pickle, int value)
    {
        pickle.Add((byte)'J');
        pickle.AddRange(BitConverter.GetBytes(value));
    }

    private static void Tuple(List<byte> pickle, int[] values)
    {
        pickle.Add((byte)'(');
        foreach (int value in values)
        {
            Number(pickle, value);
        }

        pickle.Add((byte)'t');
    }
}
