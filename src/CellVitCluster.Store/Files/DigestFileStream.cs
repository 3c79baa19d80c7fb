using System.Security.Cryptography;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Files;

/// <summary>
/// A new file that is hashed while it is written, so that sealing never reads it again. Remembers the first failure: the Parquet library
/// reports a failed write by text only, and a full disk must stay recognizable. Not thread-safe.
/// </summary>
internal sealed class DigestFileStream : Stream
{
    private const int BufferSize = 1 << 18;

    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Creates the file; it must not exist.</summary>
    public DigestFileStream(string path) =>
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize);

    /// <summary>What went wrong first, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _file.Position;
        set => throw new NotSupportedException("The file is written from start to end.");
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
            _hash.AppendData(buffer);
        }
        catch (Exception e)
        {
            Failure ??= e;
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        try
        {
            _file.Flush();
        }
        catch (Exception e)
        {
            Failure ??= e;
            throw;
        }
    }

    /// <summary>Flushes the file to the device.</summary>
    /// <param name="name">Path inside the store, with forward slashes.</param>
    /// <returns>The entry for the manifest.</returns>
    public ManifestFile Complete(string name)
    {
        _file.Flush(flushToDisk: true);
        return new ManifestFile(name, _file.Length, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The file is only written.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The file is written from start to end.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("The file is written from start to end.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
