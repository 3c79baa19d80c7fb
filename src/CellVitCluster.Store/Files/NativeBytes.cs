using System.Runtime.InteropServices;

namespace CellVitCluster.Store.Files;

/// <summary>
/// Memory beside the garbage collector's heap, for what is large and lives long: on the heap it would let the collector wait until several
/// times as much of other things lies about. Pages count only once they are written. Not thread-safe; freed when disposed.
/// </summary>
internal sealed unsafe class NativeBytes : SafeHandle
{
    /// <summary>Takes memory; its content is undefined.</summary>
    /// <param name="length">Bytes.</param>
    public NativeBytes(long length)
        : base(0, ownsHandle: true)
    {
        Length = length;
        SetHandle((nint)NativeMemory.Alloc(checked((nuint)length)));
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>A part of the memory; not to be used after <see cref="SafeHandle.Dispose()"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not inside.</exception>
    public Span<byte> Slice(long start, int length)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        return new Span<byte>((byte*)handle + start, length);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
