using System.Text.Json;
using System.Text.Json.Serialization;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Model.Cards;

/// <summary>Models that can be fetched: <c>registry.json</c> of the program and of the user's folder, where the user's entries win.</summary>
public sealed class ModelRegistry
{
    /// <summary>Name of the file without its extension; no model can have it.</summary>
    public const string Name = "registry";

    private ModelRegistry(IReadOnlyList<RegistryEntry> entries) => Entries = entries;

    /// <summary>The registry of this machine.</summary>
    /// <exception cref="ModelException">A file cannot be understood (<see cref="ErrorCode.ModelCardInvalid"/>).</exception>
    public static ModelRegistry Installed() => Load(ModelFolders.User, ModelFolders.Shipped);

    /// <summary>All entries, sorted by name.</summary>
    public IReadOnlyList<RegistryEntry> Entries { get; }

    /// <summary>Reads the registries of folders; where two have one name, the earlier folder wins.</summary>
    /// <inheritdoc cref="Installed" path="/exception"/>
    public static ModelRegistry Load(params IReadOnlyList<string> folders) => new(
    [
        .. folders.Select(f => Path.Combine(f, Name + ".json")).Where(File.Exists).SelectMany(Read)
            .DistinctBy(e => e.Name, StringComparer.Ordinal).OrderBy(e => e.Name, StringComparer.Ordinal),
    ]);

    /// <summary>The entry with a name.</summary>
    /// <exception cref="ModelException">There is none (<see cref="ErrorCode.ModelMissing"/>).</exception>
    public RegistryEntry Find(string name) => Entries.FirstOrDefault(e => e.Name == name) ?? throw new ModelException(
        ErrorCode.ModelMissing,
        $"Cannot pull model '{name}'.",
        $"The registry has {(Entries.Count == 0 ? "no entries" : string.Join(", ", Entries.Select(e => e.Name)))}.",
        "Name one of them, or add an entry to registry.json in the models folder.");

    private static IReadOnlyList<RegistryEntry> Read(string path)
    {
        try
        {
            RegistryEntry[] entries = JsonSerializer.Deserialize(File.ReadAllBytes(path), ModelRegistryJson.Default.RegistryEntryArray) ?? [];
            string[] faults = [.. entries.SelectMany(Faults)];
            return faults.Length == 0 ? entries : throw Invalid(path, $"Its entries are not usable: {string.Join("; ", faults)}.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    private static IEnumerable<string> Faults(RegistryEntry entry)
    {
        if (!ModelNames.IsValid(entry.Name))
        {
            yield return $"name '{entry.Name}' is no model name";
        }

        if (Path.GetFileName(entry.File) != entry.File || entry.File.Length == 0 || entry.File[0] == '.')
        {
            yield return $"file '{entry.File}' of '{entry.Name}' is no plain file name";
        }

        if (!entry.Url.IsAbsoluteUri || entry.Url.Scheme is not ("http" or "https"))
        {
            yield return $"url of '{entry.Name}' must begin with http:// or https://";
        }

        if (entry.Sha256 is { } digest && !FileDigest.IsSha256(digest))
        {
            yield return $"sha256 of '{entry.Name}' must be null or 64 lower-case hexadecimal digits";
        }

        if (entry.AcceptanceRequired && entry.Terms.Length == 0)
        {
            yield return $"'{entry.Name}' asks for acceptance of terms that it does not state";
        }
    }

    private static ModelException Invalid(string path, string why, Exception? inner = null) => new(
        ErrorCode.ModelCardInvalid, $"Cannot use model registry '{path}'.", why, "Compare it with configs/models/registry.json.", inner);
}

/// <summary>JSON form of the registry. A misspelled entry is an error: it could silently drop a digest.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RegistryEntry[]))]
internal sealed partial class ModelRegistryJson : JsonSerializerContext;
