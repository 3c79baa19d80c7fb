using System.Security.Cryptography;

namespace CellVitCluster.Model.Cards;

/// <summary>SHA-256 of whole files.</summary>
public static class FileDigest
{
    /// <summary>Reads a file once, in small pieces.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Whether a text has the form of a digest as cards and registries state it.</summary>
    public static bool IsSha256(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
    }
}
