using System.Globalization;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Calibration;
using CellVitCluster.Slides.Native;

namespace CellVitCluster.Slides.Opening;

/// <summary>Takes the allow-listed properties out of an OpenSlide handle; nothing else of a file's description is kept.</summary>
internal static class OpenSlideMetadata
{
    /// <summary>Reads the metadata of an open slide.</summary>
    public static SlideMetadata Read(SlideSource source, SafeSlideHandle handle)
    {
        var levels = new SlideLevel[handle.LevelCount];
        for (int level = 0; level < levels.Length; level++)
        {
            (long width, long height) = handle.LevelSize(level);
            levels[level] = new SlideLevel(checked((int)width), checked((int)height), handle.LevelDownsample(level));
        }

        PixelSize? pixelSize = PixelSizeResolver.Resolve(source.Mpp, handle.Property);
        return new SlideMetadata
        {
            Vendor = handle.Property("openslide.vendor") ?? "unknown",
            Width = levels[0].Width,
            Height = levels[0].Height,
            Levels = levels,
            ActiveArea = ActiveArea(handle, levels[0]),
            Mpp = pixelSize?.Mpp,
            MppOrigin = pixelSize?.Origin,
            Magnification = MagnificationResolver.Resolve(source.Magnification, handle.Property("openslide.objective-power"), pixelSize?.Mpp),
        };
    }

    private static SlideRect ActiveArea(SafeSlideHandle handle, SlideLevel slide)
    {
        long? x = Whole(handle, "openslide.bounds-x");
        long? y = Whole(handle, "openslide.bounds-y");
        long? width = Whole(handle, "openslide.bounds-width");
        long? height = Whole(handle, "openslide.bounds-height");
        if (width is null or <= 0 || height is null or <= 0)
        {
            return new SlideRect(0, 0, slide.Width, slide.Height);
        }

        // Some scanners state bounds that stick out of the slide; what lies outside has no pixels.
        long left = Math.Clamp(x ?? 0, 0, slide.Width - 1);
        long top = Math.Clamp(y ?? 0, 0, slide.Height - 1);
        return new SlideRect(left, top, Math.Min(width.Value, slide.Width - left), Math.Min(height.Value, slide.Height - top));
    }

    private static long? Whole(SafeSlideHandle handle, string property) =>
        long.TryParse(handle.Property(property), NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) ? value : null;
}
