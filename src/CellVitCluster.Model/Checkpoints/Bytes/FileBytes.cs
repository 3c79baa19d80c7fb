using Microsoft.Win32.SafeHandles;

namespace CellVitCluster.Model.Checkpoints.Bytes;

/// <summary>
/// The bytes of an open file, read at their place straight into the caller's memory. A file mapping would save no copy (the network owns its
/// parameters), would count twice in the resident memory while a network loads, and a file that another machine cuts short would end the
/// process instead of the reading.
/// </summary>
internal sealed class FileBytes(SafeFileHandle file) : ByteSource
{
    /// <inheritdoc/>
    public override long Length { get; } = RandomAccess.GetLength(file);

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> target)
    {
        RequireInside(offset, target.Length);
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(file, target, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"The file ended at byte {offset} while it was read.");
            }

            target = target[read..];
            offset += read;
        }
    }
}
