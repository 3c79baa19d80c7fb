namespace CellVitCluster.Slides.Lists;

/// <summary>Which files of a folder are slides, and what they are called. Thread-safe.</summary>
public static class SlideFiles
{
    private const string Dicom = ".dcm";

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".svs", ".tif", ".tiff", ".ndpi", ".scn", ".mrxs", ".vms", ".vmu", ".bif", ".svslide", Dicom, ".png", ".jpg", ".jpeg",
    };

    private static readonly HashSet<string> Pictures = new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg" };
    private static readonly HashSet<string> HamamatsuIndexes = new(StringComparer.OrdinalIgnoreCase) { ".vms", ".vmu" };

    private static readonly EnumerationOptions Recursive = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };

    /// <summary>Name of a slide without folders and without its ending when that is one of a slide or picture: "case.7" keeps its dot.</summary>
    public static string StemOf(string slide)
    {
        string name = Path.GetFileName(slide);
        return Extensions.Contains(Path.GetExtension(name)) ? Path.GetFileNameWithoutExtension(name) : name;
    }

    /// <summary>
    /// Slides in a folder and its subfolders, ordinal by path; hidden files are left out. A DICOM slide is many files in one folder and
    /// counts once, as its largest file. JPEG files beside a .vms or .vmu file are that slide's parts.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be listed.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        var slides = new List<string>();
        IEnumerable<IGrouping<string, string>> groups = Directory.EnumerateFiles(folder, "*", Recursive)
            .Where(path => Extensions.Contains(Path.GetExtension(path)))
            .GroupBy(path => Path.GetDirectoryName(path)!, StringComparer.Ordinal);
        foreach (IGrouping<string, string> group in groups)
        {
            bool hamamatsu = group.Any(path => HamamatsuIndexes.Contains(Path.GetExtension(path)));
            slides.AddRange(group.Where(path => !IsDicom(path) && !(hamamatsu && Pictures.Contains(Path.GetExtension(path)))));
            if (LargestOf(group.Where(IsDicom)) is { } dicom)
            {
                slides.Add(dicom);
            }
        }

        slides.Sort(StringComparer.Ordinal);
        return slides;
    }

    /// <summary>The largest DICOM file directly in a folder, or null.</summary>
    public static string? LargestDicom(string folder) => LargestOf(Directory.EnumerateFiles(folder).Where(IsDicom));

    private static bool IsDicom(string path) => Path.GetExtension(path).Equals(Dicom, StringComparison.OrdinalIgnoreCase);

    private static string? LargestOf(IEnumerable<string> paths) => paths
        .OrderByDescending(path => new FileInfo(path).Length)
        .ThenBy(path => path, StringComparer.Ordinal)
        .FirstOrDefault();
}
