namespace CellVitCluster.Model.Checkpoints.Bytes;

/// <summary>The bytes of a seekable stream, which must outlive this object and is moved by every reading.</summary>
internal sealed class StreamBytes(Stream stream) : ByteSource
{
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public override long Length { get; } = stream.Length;

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> target)
    {
        RequireInside(offset, target.Length);
        lock (_lock)
        {
            stream.Position = offset;
            stream.ReadExactly(target);
        }
    }
}
