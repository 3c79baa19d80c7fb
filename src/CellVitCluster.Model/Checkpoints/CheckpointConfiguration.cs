using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// Settings stored with a checkpoint, as a tree. Files state them flat, keys joined with dots, or nested; both give the same tree. Where a
/// key is both a value and a prefix, the deeper entry wins. Source: spec/model.md §2.1.
/// </summary>
public sealed class CheckpointConfiguration
{
    private const int MaximumEntries = 100_000;
    private const int MaximumDepth = 32;

    private readonly JsonObject _root;

    private CheckpointConfiguration(JsonObject root) => _root = root;

    /// <summary>No settings.</summary>
    public static CheckpointConfiguration Empty => new([]);

    /// <summary>Whole number at a dotted path, or null when there is none.</summary>
    public int? Int32(string path) => Find(path) is JsonValue value && value.TryGetValue(out double number) && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
        ? (int)number
        : null;

    /// <summary>Truth value at a dotted path, or null.</summary>
    public bool? Boolean(string path) => Find(path) is JsonValue value && value.TryGetValue(out bool truth) ? truth : null;

    /// <summary>Text at a dotted path, or null.</summary>
    public string? Text(string path) => Find(path) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>List of numbers at a dotted path, or null.</summary>
    public IReadOnlyList<double>? Numbers(string path) =>
        Find(path) is JsonArray list && list.All(v => v is JsonValue value && value.TryGetValue(out double _)) ? [.. list.Select(v => v!.GetValue<double>())] : null;

    /// <summary>Names and ids of a map such as <c>dataset_config.nuclei_types</c>, in ascending order of id; empty when there is none.</summary>
    public IReadOnlyList<(int Id, string Name)> NamedIds(string path) => Find(path) is JsonObject map
        ? [.. map.Where(e => e.Value is JsonValue v && v.TryGetValue(out double _)).Select(e => ((int)e.Value!.GetValue<double>(), e.Key)).OrderBy(e => e.Item1)]
        : [];

    /// <summary>Texts of a map such as <c>data.label_map</c>, whose keys are whole numbers, in ascending order; empty when there is none.</summary>
    public IReadOnlyList<(int Id, string Name)> LabelMap(string path) => Find(path) is JsonObject map
        ? [.. map.Where(e => e.Value is JsonValue v && v.TryGetValue(out string? _) && int.TryParse(e.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int _))
            .Select(e => (int.Parse(e.Key, CultureInfo.InvariantCulture), e.Value!.GetValue<string>())).OrderBy(e => e.Item1)]
        : [];

    /// <summary>The tree as one line of JSON.</summary>
    public string ToJson() => _root.ToJsonString();

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">Not a JSON object.</exception>
    public static CheckpointConfiguration FromJson(string json) =>
        new(JsonNode.Parse(json) as JsonObject ?? throw new JsonException("A JSON object was expected."));

    /// <summary>Builds the tree from an unpickled dictionary.</summary>
    /// <param name="dictionary">What stands under <c>config</c>; anything but a dictionary gives no settings.</param>
    /// <param name="name">Name of the file for error messages.</param>
    internal static CheckpointConfiguration Expand(object? dictionary, string name)
    {
        var flat = new List<(string[] Path, JsonNode? Value)>();
        if (dictionary is OrderedDictionary<object, object?> entries)
        {
            Flatten(entries, [], flat, name);
        }

        var root = new JsonObject();
        foreach ((string[] path, JsonNode? value) in flat.OrderBy(e => e.Path.Length))
        {
            JsonObject parent = root;
            foreach (string part in path[..^1])
            {
                if (parent[part] is not JsonObject child)
                {
                    child = [];
                    parent[part] = child;
                }

                parent = child;
            }

            parent[path[^1]] = value;
        }

        return new CheckpointConfiguration(root);
    }

    private static void Flatten(OrderedDictionary<object, object?> entries, string[] prefix, List<(string[] Path, JsonNode? Value)> flat, string name)
    {
        foreach ((object key, object? value) in entries)
        {
            string[] path = [.. prefix, .. System.Convert.ToString(key, CultureInfo.InvariantCulture)!.Split('.')];
            // Shared and self-containing dictionaries are legal in a pickle and would multiply without end here.
            if (path.Length > MaximumDepth || flat.Count > MaximumEntries)
            {
                throw CheckpointErrors.Unreadable(name, $"Its configuration has more than {MaximumEntries} entries or is nested deeper than {MaximumDepth} levels.");
            }

            if (value is OrderedDictionary<object, object?> nested)
            {
                Flatten(nested, path, flat, name);
            }
            else
            {
                flat.Add((path, ToNode(value, path.Length)));
            }
        }
    }

    private static JsonNode? ToNode(object? value, int depth) => value switch
    {
        bool truth => JsonValue.Create(truth),
        long number => JsonValue.Create((double)number),
        double number when double.IsFinite(number) => JsonValue.Create(number),
        string text => JsonValue.Create(text),
        IEnumerable<object?> list and (List<object?> or object?[]) when depth < MaximumDepth => new JsonArray([.. list.Take(MaximumEntries).Select(v => ToNode(v, depth + 1))]),
        _ => null,
    };

    private JsonNode? Find(string path)
    {
        JsonNode? node = _root;
        foreach (string part in path.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node;
    }
}
