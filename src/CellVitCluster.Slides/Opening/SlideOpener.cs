using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Native;

namespace CellVitCluster.Slides.Opening;

/// <summary>Opens a slide, or says why that is not possible.</summary>
public static class SlideOpener
{
    /// <summary>Opens a slide.</summary>
    /// <param name="source">The file, with what the user says about it.</param>
    /// <returns>The open slide; the caller disposes it.</returns>
    /// <exception cref="SlideUnreadableException">
    /// The file does not exist (SLD-001), has no known format (SLD-002), is damaged (SLD-005), or the OpenSlide library is missing (SLD-010).
    /// </exception>
    public static ISlide Open(SlideSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!File.Exists(source.Path))
        {
            throw Directory.Exists(source.Path) ? IsFolder(source.Path) : Missing(source.Path);
        }

        if (OpenSlideSlide.Recognizes(source.Path))
        {
            return OpenSlideSlide.Open(source);
        }

        // Before a decoder for pictures guesses at half a slide: the structure of the file says more about what is wrong.
        if (FileDamage.Find(source.Path) is string damage)
        {
            throw Damaged(source.Path, damage);
        }

        return PictureSlide.CanOpen(source.Path) ? PictureSlide.Open(source) : throw Unrecognized(source.Path);
    }

    private static SlideUnreadableException Missing(string path) => new(
        ErrorCode.SlideMissing,
        $"Cannot open the slide '{path}'.",
        "The file does not exist on this machine.",
        "Check the path, and that the share with the slides is mounted on every machine that works on them.");

    private static SlideUnreadableException IsFolder(string path) => new(
        ErrorCode.SlideFormatUnknown,
        $"Cannot open the slide '{path}'.",
        "It is a folder; expected a slide file.",
        "Name the slide file itself (for MIRAX the .mrxs file beside the folder).");

    private static SlideUnreadableException Damaged(string path, string damage) => new(
        ErrorCode.SlideDamaged,
        $"Cannot open the slide '{path}'.",
        $"The file is damaged: {damage}.",
        "Copy it again from the scanner or archive and compare the file sizes.");

    private static SlideUnreadableException Unrecognized(string path) => OpenSlideLibrary.IsAvailable
        ? new SlideUnreadableException(
            ErrorCode.SlideFormatUnknown,
            $"Cannot open the slide '{path}'.",
            "Its content is no whole-slide image or picture in a known format, whatever its name says.",
            "Convert it to a tiled pyramidal TIFF, or leave it out of the list.")
        : OpenSlideLibrary.Missing();
}
