using System.Buffers;
using System.Runtime.InteropServices;

namespace CellVitCluster.Model.Checkpoints.Bytes;

/// <summary>A tensor's elements as half-precision numbers, converted while they are read.</summary>
internal sealed class HalfPrecisionBytes(CheckpointTensor tensor) : ByteSource
{
    private const int Size = 2;

    /// <inheritdoc/>
    public override long Length => tensor.Count * Size;

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> target)
    {
        RequireInside(offset, target.Length);
        long first = offset / Size;
        int skipped = (int)(offset % Size);
        int count = (target.Length + skipped + Size - 1) / Size;
        float[] floats = ArrayPool<float>.Shared.Rent(count);
        Half[] halves = ArrayPool<Half>.Shared.Rent(count);
        try
        {
            tensor.ReadFloats(first, floats.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                halves[i] = (Half)floats[i];
            }

            MemoryMarshal.AsBytes(halves.AsSpan()).Slice(skipped, target.Length).CopyTo(target);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(floats);
            ArrayPool<Half>.Shared.Return(halves);
        }
    }
}
