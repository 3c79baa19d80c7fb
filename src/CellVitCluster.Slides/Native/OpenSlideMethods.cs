using System.Runtime.InteropServices;

namespace CellVitCluster.Slides.Native;

/// <summary>
/// The C functions of OpenSlide that are needed; everything else, associated images above all, is left out on purpose. Returned strings
/// belong to the library and live as long as the handle, so they come back as pointers. Call <see cref="OpenSlideLibrary.Require"/> first.
/// </summary>
internal static partial class OpenSlideMethods
{
    /// <summary>Name that the resolver of <see cref="OpenSlideLibrary"/> answers to.</summary>
    public const string Library = "openslide";

    [LibraryImport(Library, EntryPoint = "openslide_detect_vendor", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint DetectVendor(string path);

    [LibraryImport(Library, EntryPoint = "openslide_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Open(string path);

    [LibraryImport(Library, EntryPoint = "openslide_close")]
    internal static partial void Close(nint slide);

    [LibraryImport(Library, EntryPoint = "openslide_get_error")]
    internal static partial nint GetError(nint slide);

    [LibraryImport(Library, EntryPoint = "openslide_get_level_count")]
    internal static partial int GetLevelCount(nint slide);

    [LibraryImport(Library, EntryPoint = "openslide_get_level_dimensions")]
    internal static partial void GetLevelDimensions(nint slide, int level, out long width, out long height);

    [LibraryImport(Library, EntryPoint = "openslide_get_level_downsample")]
    internal static partial double GetLevelDownsample(nint slide, int level);

    [LibraryImport(Library, EntryPoint = "openslide_get_property_value", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint GetPropertyValue(nint slide, string name);

    [LibraryImport(Library, EntryPoint = "openslide_read_region")]
    internal static unsafe partial void ReadRegion(nint slide, uint* argb, long x, long y, int level, long width, long height);
}
