namespace CellVitCluster.Model.Checkpoints.Bytes;

/// <summary>Bytes in memory.</summary>
internal sealed class ArrayBytes(byte[] bytes) : ByteSource
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> target)
    {
        RequireInside(offset, target.Length);
        bytes.AsSpan((int)offset, target.Length).CopyTo(target);
    }
}
