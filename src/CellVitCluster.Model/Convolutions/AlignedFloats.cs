using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CellVitCluster.Model.Convolutions;

/// <summary>Zeroed native memory that starts on a cache line. The owner disposes of it and does not touch it afterwards.</summary>
internal sealed unsafe class AlignedFloats : SafeHandleZeroOrMinusOneIsInvalid
{
    private const nuint CacheLine = 64;

    /// <summary>Reserves memory.</summary>
    /// <param name="length">Numbers, 1 or more.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public AlignedFloats(nint length)
        : base(ownsHandle: true)
    {
        nuint bytes = (nuint)length * sizeof(float);
        SetHandle((nint)NativeMemory.AlignedAlloc(bytes, CacheLine));
        NativeMemory.Clear(Pointer, bytes);
    }

    /// <summary>The first number.</summary>
    public float* Pointer => (float*)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
