using System.Security.Cryptography;

namespace CellVitCluster.Store.Files;

/// <summary>
/// Passes bytes on and hashes them on the way, so that a written file need not be read again. Remembers the first failure: the Parquet
/// library reports a failed write by text only, and a full disk must stay recognizable. Not thread-safe.
/// </summary>
/// <param name="inner">Destination.</param>
/// <param name="leaveOpen">Whether the destination outlives this stream.</param>
internal class HashingStream(Stream inner, bool leaveOpen) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>What went wrong first, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Bytes written so far.</summary>
    public override long Length => _length;

    /// <summary>Bytes written so far.</summary>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException("The stream is written from start to end.");
    }

    /// <summary>SHA-256 of all bytes, 64 lower-case hexadecimal digits; call it once, after the last byte.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e)
        {
            Failure ??= e;
            throw;
        }

        _hash.AppendData(buffer);
        _length += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (Exception e)
        {
            Failure ??= e;
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is only written.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The stream is written from start to end.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("The stream is written from start to end.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            if (!leaveOpen)
            {
                inner.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
