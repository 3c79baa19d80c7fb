using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>What must be the same in two stores of one run: every byte but times, places and what follows from them.</summary>
public static class StoreDigest
{
    private const string Manifest = "manifest.json";

    // Times, and the digest that covers them.
    private static readonly string[] Varying = ["created", "timings_seconds", "manifest_sha256"];

    /// <summary>Digest per file, by the file's path inside the store.</summary>
    public static SortedDictionary<string, string> Of(string store)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(store, file);
            byte[] bytes = name == Manifest ? WithoutTimes(file) : File.ReadAllBytes(file);
            digests[name] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        return digests;
    }

    /// <summary>What differs between two stores, one line each; empty when nothing does.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> actual) =>
    [
        .. expected.Keys.Union(actual.Keys).Order(StringComparer.Ordinal)
            .Where(name => expected.GetValueOrDefault(name) != actual.GetValueOrDefault(name))
            .Select(name => !expected.ContainsKey(name) ? $"{name} is too much" : !actual.ContainsKey(name) ? $"{name} is missing" : $"{name} differs"),
    ];

    /// <summary>Tiles that the store's manifest lists as failed, with the reason.</summary>
    public static IReadOnlyList<string> FailedTiles(string store) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(store, Manifest)))!["failed_tiles"] is JsonArray failed ? [.. failed.Select(tile => tile!.ToJsonString())] : [];

    private static byte[] WithoutTimes(string file)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        foreach (string name in Varying)
        {
            manifest.Remove(name);
        }

        return Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }
}
