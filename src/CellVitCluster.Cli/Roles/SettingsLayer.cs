using System.Text.Json;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Roles;

/// <summary>One place where settings come from: the command line, the environment, or a file.</summary>
/// <param name="Origin">How to name a setting there, for messages.</param>
/// <param name="Values">Values of a setting by its name (<c>seed-dns</c>); null when the place does not state it.</param>
internal sealed record SettingsLayer(Func<string, string> Origin, Func<string, IReadOnlyList<string>?> Values)
{
    private const string Prefix = "CELLVIT_";

    /// <summary>Environment variables: <c>CELLVIT_SEED_DNS</c>; several values are separated by commas.</summary>
    public static SettingsLayer Environment(Func<string, string?> read) => new(
        Variable,
        name => read(Variable(name)) is { Length: > 0 } value ? [value] : null);

    /// <summary>A JSON file: one object whose keys are the options' names without dashes in front.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="known">Names that may occur.</param>
    /// <param name="problems">Gets everything that is wrong with the file.</param>
    public static SettingsLayer File(string path, IReadOnlyCollection<string> known, List<string> problems)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                System.IO.File.ReadAllBytes(path), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!known.Contains(property.Name, StringComparer.Ordinal))
                {
                    problems.Add($"'{property.Name}' in {path} is no setting; there are {string.Join(", ", known)}");
                }
                else if (Texts(property.Value) is { } texts)
                {
                    values[property.Name] = texts;
                }
                else
                {
                    problems.Add($"'{property.Name}' in {path} must be a text, a number or a list of them");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new ConfigurationException(
                $"The configuration file '{path}' cannot be read.", exception.Message, "Pass a JSON file with one object, for example {\"roles\": \"worker\"}.");
        }

        return new SettingsLayer(name => $"'{name}' in {path}", name => values.GetValueOrDefault(name));
    }

    private static string Variable(string name) => Prefix + name.Replace('-', '_').ToUpperInvariant();

    private static IReadOnlyList<string>? Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Number => [value.GetRawText()],
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            [.. value.EnumerateArray().Select(item => item.ToString())],
        _ => null,
    };
}
