namespace CellVitCluster.Model.Checkpoints.Bytes;

/// <summary>A run of bytes that can be read at any place. Reading is thread-safe.</summary>
internal abstract class ByteSource
{
    /// <summary>Number of bytes; may exceed 2 GiB.</summary>
    public abstract long Length { get; }

    /// <summary>Fills <paramref name="target"/> with the bytes that begin at <paramref name="offset"/>.</summary>
    /// <exception cref="EndOfStreamException">There are not that many.</exception>
    public abstract void Read(long offset, Span<byte> target);

    /// <summary>Reads a few bytes into an array of their own.</summary>
    /// <exception cref="EndOfStreamException">There are not that many.</exception>
    public byte[] ReadArray(long offset, int count)
    {
        RequireInside(offset, count);
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>Checks a range before anything is allocated for it.</summary>
    protected void RequireInside(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > Length - count)
        {
            throw new EndOfStreamException($"Bytes {offset} to {offset + count} of {Length} were asked for.");
        }
    }
}
