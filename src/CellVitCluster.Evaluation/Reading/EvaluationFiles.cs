namespace CellVitCluster.Evaluation.Reading;

/// <summary>Finds the files of a side and pairs them by name. Thread-safe.</summary>
public static class EvaluationFiles
{
    /// <summary>Name of the folder with instance maps, beside which class maps are looked for in <c>types</c>.</summary>
    public const string InstanceFolder = "inst";

    /// <summary>A file's name without its ending; <c>.gz</c> and what stands before it both go.</summary>
    public static string NameOf(string path)
    {
        string name = Path.GetFileName(path);
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetFileNameWithoutExtension(name);
    }

    /// <summary>Whether the file is a label map, whose classes are named by numbers.</summary>
    public static bool IsLabelMap(string path) => LabelMapFile.IsOne(path);

    /// <summary>The images of a side: one file, or all files of a known kind directly in a folder or in its folder <c>inst</c>.</summary>
    /// <param name="path">File or folder.</param>
    /// <returns>By name; at least one.</returns>
    /// <exception cref="Domain.Errors.CellVitException">Nothing usable is there, or two files have one name.</exception>
    public static IReadOnlyList<EvaluationSource> Find(string path)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            return [SourceOf(full) ?? throw EvaluationErrors.Unreadable(full, "a file of an unknown kind")];
        }

        if (!Directory.Exists(full))
        {
            throw EvaluationErrors.Unreadable(full, "no such file or folder");
        }

        string instances = Path.Combine(full, InstanceFolder);
        string folder = Directory.Exists(instances) ? instances : full;
        EvaluationSource[] found = [.. EvaluationErrors.Guard(folder, () => Directory.GetFiles(folder))
            .Select(SourceOf).OfType<EvaluationSource>().OrderBy(s => s.Name, StringComparer.Ordinal)];
        if (found.Length == 0)
        {
            throw EvaluationErrors.Unreadable(folder, "a folder without any file of a known kind");
        }

        for (int i = 1; i < found.Length; i++)
        {
            if (found[i].Name == found[i - 1].Name)
            {
                throw EvaluationErrors.Unreadable(folder, $"two files of the name '{found[i].Name}': '{found[i - 1].Path}' and '{found[i].Path}'");
            }
        }

        return found;
    }

    private static EvaluationSource? SourceOf(string path)
    {
        string name = NameOf(path);
        return GeoJsonFile.IsOne(path) ? new EvaluationSource(name, path, () => GeoJsonFile.Read(path, name))
            : LabelMapFile.IsOne(path) ? new EvaluationSource(name, path, () => LabelMapFile.Read(path, name))
            : null;
    }
}
