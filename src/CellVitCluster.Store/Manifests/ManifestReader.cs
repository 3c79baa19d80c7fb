using System.Security.Cryptography;
using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Store.Files;

namespace CellVitCluster.Store.Manifests;

/// <summary>Finds and reads <c>manifest.json</c>. Thread-safe.</summary>
public static class ManifestReader
{
    /// <summary>File name of the manifest.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Directory of the store that a user means.</summary>
    /// <param name="path">The store, its manifest, or a slide's output folder that holds exactly one store.</param>
    /// <returns>Absolute path of the directory with the manifest.</returns>
    /// <exception cref="StoreException"><see cref="ErrorCode.StoreMissing"/>: none, or more than one.</exception>
    public static string Locate(string path)
    {
        string full = Path.GetFullPath(path);
        if (Path.GetFileName(full) == FileName && File.Exists(full))
        {
            return Path.GetDirectoryName(full)!;
        }

        if (IsStore(full))
        {
            return full;
        }

        if (!Directory.Exists(full))
        {
            throw Missing(full, "There is no such directory.");
        }

        // Names with a dot are leftovers of interrupted publications.
        string[] inside = [.. Directory.EnumerateDirectories(full).Where(d => !Path.GetFileName(d).StartsWith('.') && IsStore(d)).Take(2)];
        return inside.Length switch
        {
            1 => inside[0],
            0 => throw Missing(full, $"Neither the directory nor one directly inside it has a {FileName}."),
            _ => throw Missing(full, $"It holds more than one store, for example '{inside[0]}' and '{inside[1]}'."),
        };
    }

    /// <summary>Reads and verifies the manifest of a store.</summary>
    /// <param name="directory">Directory of the store.</param>
    /// <exception cref="StoreException">
    /// <see cref="ErrorCode.StoreMissing"/>: no manifest. <see cref="ErrorCode.StoreCorrupt"/>: damaged, edited, or of a newer format.
    /// </exception>
    public static StoreManifest Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            throw Missing(directory, $"It has no {FileName}.");
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            StoreManifest manifest = JsonSerializer.Deserialize(bytes, ManifestJson.Default.StoreManifest)
                ?? throw StorageErrors.Corrupt(path, "It is empty.");
            if (manifest.Format != StoreManifest.FormatName || manifest.FormatVersion is < 1 or > StoreManifest.CurrentFormatVersion)
            {
                throw StorageErrors.Corrupt(
                    path,
                    $"It states format '{manifest.Format}' version {manifest.FormatVersion}; this program reads '{StoreManifest.FormatName}' version {StoreManifest.CurrentFormatVersion}.");
            }

            string actual = DigestOf(bytes, manifest.ManifestSha256);
            return actual == manifest.ManifestSha256
                ? manifest
                : throw StorageErrors.Corrupt(path, $"Its SHA-256 is {actual}, expected {manifest.ManifestSha256}: it was damaged or edited.");
        }
        catch (JsonException e)
        {
            throw StorageErrors.Corrupt(path, $"It is no manifest: {e.Message}", e);
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            throw StorageErrors.Corrupt(path, $"The system reports: {e.Message}", e);
        }
    }

    private static bool IsStore(string directory) => File.Exists(Path.Combine(directory, FileName));

    private static string DigestOf(byte[] bytes, string stated)
    {
        byte[] copy = [.. bytes];
        int at = stated.Length == ManifestWriter.Zeros.Length ? copy.AsSpan().LastIndexOf(System.Text.Encoding.ASCII.GetBytes(stated)) : -1;
        if (at >= 0)
        {
            copy.AsSpan(at, stated.Length).Fill((byte)'0');
        }

        return Convert.ToHexStringLower(SHA256.HashData(copy));
    }

    private static StoreException Missing(string path, string why) => new(
        ErrorCode.StoreMissing,
        $"There is no cell store at '{path}'.",
        why,
        $"Name the directory that holds {FileName}; a run that is still going on publishes it at its end.");
}
