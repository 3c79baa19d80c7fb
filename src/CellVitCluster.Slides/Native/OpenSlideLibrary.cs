using System.Runtime.InteropServices;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Slides.Native;

/// <summary>Finds the OpenSlide library of the system: version 4 (<c>libopenslide.so.1</c>) if present, else version 3 (<c>libopenslide.so.0</c>).</summary>
internal static class OpenSlideLibrary
{
    private static readonly string[] FileNames = ["libopenslide.so.1", "libopenslide.so.0"];
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Whether the library is installed; it is looked for once per process.</summary>
    public static bool IsAvailable => Loaded.Value;

    /// <summary>Makes sure that the library can be called.</summary>
    /// <exception cref="SlideUnreadableException">It is not installed (<see cref="ErrorCode.OpenSlideMissing"/>).</exception>
    public static void Require()
    {
        if (!IsAvailable)
        {
            throw Missing();
        }
    }

    /// <summary>The error for a machine without OpenSlide.</summary>
    public static SlideUnreadableException Missing() => new(
        ErrorCode.OpenSlideMissing,
        "Slides cannot be opened on this machine.",
        $"The OpenSlide library is not installed (looked for {string.Join(" and ", FileNames)}).",
        "Install it with 'apt-get install libopenslide0' (or your system's OpenSlide package) and start again.");

    private static bool Load()
    {
        foreach (string fileName in FileNames)
        {
            if (NativeLibrary.TryLoad(fileName, out nint library))
            {
                NativeLibrary.SetDllImportResolver(
                    typeof(OpenSlideLibrary).Assembly,
                    (name, _, _) => name == OpenSlideMethods.Library ? library : 0);
                return true;
            }
        }

        return false;
    }
}
