using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CellVitCluster.Slides.Native;

/// <summary>
/// One <c>openslide_t</c>. Calls from several threads at once are safe. After the first error the library answers every call with that same
/// error, so a handle that reports one is dead and must be replaced. Disposing while a read is under way closes it after that read.
/// </summary>
internal sealed class SafeSlideHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private SafeSlideHandle(nint slide)
        : base(ownsHandle: true) => SetHandle(slide);

    /// <summary>Name of the format as OpenSlide calls it, or null for a file it does not know.</summary>
    public static string? DetectVendor(string path)
    {
        OpenSlideLibrary.Require();
        return Marshal.PtrToStringUTF8(OpenSlideMethods.DetectVendor(path));
    }

    /// <summary>Opens a file; null when its format is unknown. A damaged file yields a handle with <see cref="Error"/> set.</summary>
    public static SafeSlideHandle? TryOpen(string path)
    {
        OpenSlideLibrary.Require();
        nint slide = OpenSlideMethods.Open(path);
        return slide == 0 ? null : new SafeSlideHandle(slide);
    }

    /// <summary>Text of the error that killed the handle, or null while it is usable.</summary>
    public string? Error => Use(slide => Marshal.PtrToStringUTF8(OpenSlideMethods.GetError(slide)));

    /// <summary>Number of pyramid levels.</summary>
    public int LevelCount => Use(OpenSlideMethods.GetLevelCount);

    /// <summary>Size of a level in its own px.</summary>
    public (long Width, long Height) LevelSize(int level) => Use(slide =>
    {
        OpenSlideMethods.GetLevelDimensions(slide, level, out long width, out long height);
        return (width, height);
    });

    /// <summary>Level-0 px per px of a level.</summary>
    public double LevelDownsample(int level) => Use(slide => OpenSlideMethods.GetLevelDownsample(slide, level));

    /// <summary>Value of a property, or null.</summary>
    public string? Property(string name) => Use(slide => Marshal.PtrToStringUTF8(OpenSlideMethods.GetPropertyValue(slide, name)));

    /// <summary>Reads a rectangle: position in level-0 px, size in px of the level.</summary>
    /// <param name="x">Left side, level-0 px.</param>
    /// <param name="y">Top side, level-0 px.</param>
    /// <param name="level">Pyramid level.</param>
    /// <param name="width">Width, px of the level.</param>
    /// <param name="height">Height, px of the level.</param>
    /// <param name="argb">Receives premultiplied ARGB, row by row; outside the slide transparent black.</param>
    /// <returns>The error text, or null.</returns>
    public unsafe string? ReadRegion(long x, long y, int level, int width, int height, Span<uint> argb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(argb.Length, (long)width * height, nameof(argb));
        bool referenced = false;
        try
        {
            DangerousAddRef(ref referenced);
            fixed (uint* pixels = argb)
            {
                OpenSlideMethods.ReadRegion(handle, pixels, x, y, level, width, height);
            }

            return Marshal.PtrToStringUTF8(OpenSlideMethods.GetError(handle));
        }
        finally
        {
            if (referenced)
            {
                DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OpenSlideMethods.Close(handle);
        return true;
    }

    private T Use<T>(Func<nint, T> call)
    {
        bool referenced = false;
        try
        {
            DangerousAddRef(ref referenced);
            return call(handle);
        }
        finally
        {
            if (referenced)
            {
                DangerousRelease();
            }
        }
    }
}
