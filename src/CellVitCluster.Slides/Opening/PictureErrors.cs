using System.Globalization;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Slides.Opening;

/// <summary>What can be wrong with a picture, in words.</summary>
internal static class PictureErrors
{
    /// <summary>The file is damaged or truncated.</summary>
    public static SlideUnreadableException Damaged(string path, string reason, Exception? cause = null) => new(
        ErrorCode.SlideDamaged,
        $"Cannot read the picture '{path}'.",
        $"Its content is damaged, truncated or of a kind that the decoder does not know: {reason.TrimEnd('.')}.",
        "Copy the file again from its source, or save it anew as 8-bit RGB.",
        cause);

    /// <summary>Refuses a size that does not fit into memory.</summary>
    /// <exception cref="SlideUnreadableException">The picture has more than <see cref="PictureSlide.MaxPixels"/> px or none.</exception>
    public static void CheckSize(string path, long width, long height)
    {
        if (width < 1 || height < 1)
        {
            throw Damaged(path, string.Create(CultureInfo.InvariantCulture, $"it claims a size of {width} x {height} px"));
        }

        // Division instead of multiplication: the claimed sides of a hostile file may overflow.
        if (width > PictureSlide.MaxPixels / height)
        {
            throw new SlideUnreadableException(
                ErrorCode.ImageTooLarge,
                $"Cannot hold the picture '{path}' in memory.",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"It has {width} x {height} px; without a pyramid at most {PictureSlide.MaxPixels / 1_000_000} megapixels can be read."),
                "Convert it to a tiled pyramidal TIFF, for example with 'vips tiffsave IN OUT.tiff --tile --pyramid --compression jpeg'.");
        }
    }
}
