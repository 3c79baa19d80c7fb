using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Store.Files;

namespace CellVitCluster.Store.Manifests;

/// <summary>Writes <c>manifest.json</c> with its own digest.</summary>
internal static class ManifestWriter
{
    /// <summary>Stands for the digest while the digest is computed.</summary>
    public static readonly string Zeros = new('0', 64);

    /// <summary>Writes the manifest durably; its digest is filled in.</summary>
    /// <returns>The manifest as written.</returns>
    /// <exception cref="StoreException">The disk is full, or the place cannot be written.</exception>
    public static StoreManifest Write(string directory, StoreManifest manifest)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(manifest with { ManifestSha256 = Zeros }, ManifestJson.Default.StoreManifest);
        string digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        int at = bytes.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(Zeros));
        Encoding.ASCII.GetBytes(digest).CopyTo(bytes, at);
        AtomicFile.Write(Path.Combine(directory, ManifestReader.FileName), bytes);
        return manifest with { ManifestSha256 = digest };
    }
}
