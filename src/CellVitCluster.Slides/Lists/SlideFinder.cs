using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Slides.Lists;

/// <summary>
/// Turns what a user names (files, folders, CSV lists) into slides. Files that do not exist stay in the result, so that the run reports
/// them as failed instead of leaving them out silently. Source: spec/inference.md §3, spec/conventions.md "File lists".
/// </summary>
public static class SlideFinder
{
    private const string ListExtension = ".csv";

    /// <summary>Finds the slides.</summary>
    /// <param name="arguments">Paths of slides, folders (searched recursively) and <c>.csv</c> lists; relative to the current folder.</param>
    /// <param name="mpp">Pixel size for all slides; wins over the lists. Null: ask list and file.</param>
    /// <param name="magnification">Objective power for slides whose list states none.</param>
    /// <param name="admit">Called with every absolute path before anything is looked up there; throws to refuse it. Null: every path may be used.</param>
    /// <returns>Slides with absolute paths: arguments in their order, folders sorted by path; a path named twice counts once, the first time.</returns>
    /// <exception cref="CellVitException">
    /// Nothing named, or a folder or list without slides (<see cref="ErrorCode.NoSlidesFound"/>), or a list that cannot be understood
    /// (<see cref="ErrorCode.SlideListInvalid"/>).
    /// </exception>
    public static IReadOnlyList<SlideSource> Find(IReadOnlyList<string> arguments, Mpp? mpp, double? magnification, Action<string>? admit = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count == 0)
        {
            throw new CellVitException(
                ErrorCode.NoSlidesFound,
                "There is nothing to analyze.",
                "No slide, folder or list was named.",
                "Name at least one slide file, folder of slides, or .csv list.");
        }

        var found = new List<SlideSource>();
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (SlideSource slide in arguments.SelectMany(argument => Expand(argument, admit)))
        {
            if (paths.Add(slide.Path))
            {
                found.Add(slide with { Mpp = mpp ?? slide.Mpp, Magnification = slide.Magnification ?? magnification });
            }
        }

        return found;
    }

    private static IEnumerable<SlideSource> Expand(string argument, Action<string>? admit)
    {
        string path = Path.GetFullPath(argument);
        admit?.Invoke(path);
        if (Directory.Exists(path))
        {
            return InFolder(path);
        }

        return Path.GetExtension(path).Equals(ListExtension, StringComparison.OrdinalIgnoreCase)
            ? SlideList.Read(path, admit)
            : [new SlideSource(path)];
    }

    private static IEnumerable<SlideSource> InFolder(string folder)
    {
        IReadOnlyList<string> files;
        try
        {
            files = SlideFiles.In(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CellVitException(
                ErrorCode.NoSlidesFound,
                $"Cannot search the folder '{folder}' for slides.",
                $"The system reports: {exception.Message.TrimEnd('.')}.",
                "Check the permissions, or name the slides one by one.",
                exception);
        }

        return files.Count > 0
            ? files.Select(file => new SlideSource(file))
            : throw new CellVitException(
                ErrorCode.NoSlidesFound,
                $"The folder '{folder}' contains no slide.",
                "Neither it nor its subfolders have a file with a known extension (svs, tif, tiff, ndpi, scn, mrxs, vms, vmu, bif, svslide, dcm, png, jpg, jpeg).",
                "Check the path, or name the files themselves if they have other extensions.");
    }
}
