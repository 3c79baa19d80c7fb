namespace CellVitCluster.Model.Checkpoints.Bytes;

/// <summary>Part of another run of bytes.</summary>
internal sealed class ByteRange : ByteSource
{
    private readonly ByteSource _whole;
    private readonly long _start;

    /// <summary>Cuts a part out; nothing is read.</summary>
    /// <exception cref="EndOfStreamException">The part does not lie inside the whole.</exception>
    public ByteRange(ByteSource whole, long start, long length)
    {
        _whole = whole;
        _start = start;
        Length = length;
        if (start < 0 || length < 0 || start > whole.Length - length)
        {
            throw new EndOfStreamException($"Bytes {start} to {start + length} of {whole.Length} were asked for.");
        }
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> target)
    {
        RequireInside(offset, target.Length);
        _whole.Read(_start + offset, target);
    }
}
