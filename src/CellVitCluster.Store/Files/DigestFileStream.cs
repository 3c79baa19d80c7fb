using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Files;

/// <summary>A new file of a store that is not published yet: hashed while it is written, flushed to the device at its end.</summary>
internal sealed class DigestFileStream : HashingStream
{
    private const int BufferSize = 1 << 18;

    private readonly FileStream _file;

    /// <summary>Creates the file; it must not exist.</summary>
    public DigestFileStream(string path)
        : this(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize))
    {
    }

    private DigestFileStream(FileStream file)
        : base(file, leaveOpen: false) => _file = file;

    /// <summary>Flushes the file to the device.</summary>
    /// <param name="name">Path inside the store, with forward slashes.</param>
    /// <returns>The entry for the manifest.</returns>
    public ManifestFile Complete(string name)
    {
        _file.Flush(flushToDisk: true);
        return new ManifestFile(name, Length, Digest());
    }
}
