using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Inference.Classification;

/// <summary>Named sets of classes, one JSON file each: <c>&lt;folder&gt;/&lt;name&gt;.json</c>. A new set needs a file and no code.</summary>
/// <param name="folder">Folder of the files; it need not exist.</param>
public sealed class TaxonomyCatalog(string folder)
{
    /// <summary>Name of the taxonomy of runs in which nuclei are only found: 0 background, 1 nuclei.</summary>
    public const string Binary = "binary";

    /// <summary>The taxonomies that came with the program.</summary>
    public static TaxonomyCatalog Installed { get; } = new(Path.Combine(AppContext.BaseDirectory, "configs", "taxonomies"));

    /// <summary>Names of the taxonomies, sorted.</summary>
    public IReadOnlyList<string> Names => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The taxonomy of a name, or null.</summary>
    /// <param name="name">File name without extension.</param>
    /// <exception cref="ModelException"><see cref="ErrorCode.TaxonomyInvalid"/>: there is a file of that name, but it is no taxonomy.</exception>
    public Taxonomy? Find(string name)
    {
        string path = Path.Combine(folder, name + ".json");
        return Path.GetFileName(name) == name && File.Exists(path) ? Read(path) : null;
    }

    /// <summary>The taxonomy of a name that comes with the program.</summary>
    /// <exception cref="ModelException"><see cref="ErrorCode.TaxonomyInvalid"/>: the file is missing or damaged.</exception>
    public Taxonomy Get(string name) => Find(name) ?? throw Invalid(Path.Combine(folder, name + ".json"), "The file does not exist.");

    /// <summary>Reads one file: <c>{"name", "classes": [{"id", "name", "color": [r, g, b]}]}</c>, classes by ascending id.</summary>
    /// <exception cref="ModelException"><see cref="ErrorCode.TaxonomyInvalid"/>: it cannot be read, or is no taxonomy.</exception>
    public static Taxonomy Read(string path)
    {
        TaxonomyFile? file;
        try
        {
            file = JsonSerializer.Deserialize(File.ReadAllBytes(path), TaxonomyJson.Default.TaxonomyFile);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, e.Message, e);
        }

        return FaultOf(file) is string fault ? throw Invalid(path, fault) : file!.ToTaxonomy();
    }

    private static string? FaultOf(TaxonomyFile? file)
    {
        if (file is null || string.IsNullOrWhiteSpace(file.Name) || file.Classes.Count == 0)
        {
            return "It has no name or no classes.";
        }

        if (file.Classes.FirstOrDefault(c => c.Color.Count != 3 || c.Color.Any(v => v is < 0 or > 255)) is { } colorless)
        {
            return $"Class '{colorless.Name}' has no color of three numbers from 0 to 255.";
        }

        if (file.Classes.FirstOrDefault(c => string.IsNullOrWhiteSpace(c.Name)) is { } nameless)
        {
            return $"Class {nameless.Id} has no name.";
        }

        if (file.Classes.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } doubled)
        {
            return $"It names {doubled.Count()} classes '{doubled.Key}'.";
        }

        return file.Classes.Zip(file.Classes.Skip(1)).Any(pair => pair.First.Id >= pair.Second.Id)
            ? "The ids of its classes do not ascend."
            : null;
    }

    private static ModelException Invalid(string path, string why, Exception? inner = null) => new(
        ErrorCode.TaxonomyInvalid, $"Cannot use taxonomy '{path}'.", why, "Compare it with configs/taxonomies/consep.json.", inner);
}
