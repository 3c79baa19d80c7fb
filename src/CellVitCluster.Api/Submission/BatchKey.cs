using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Api.Submission;

/// <summary>Names of batches and digests of what was asked for.</summary>
public static partial class BatchKey
{
    /// <summary>Header with the client's key: a request that is repeated with it means the same batch.</summary>
    public const string Header = "Idempotency-Key";

    private const string Prefix = "b-";
    private const int IdDigits = 24;

    /// <summary>Whether a text has the form of a batch's id; runs have other ids.</summary>
    public static bool IsBatchId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return BatchId().IsMatch(text);
    }

    /// <summary>Id of the batch with a key; a fresh one without.</summary>
    /// <exception cref="ConfigurationException">The key cannot be used.</exception>
    internal static string IdOf(string? key)
    {
        if (key is null)
        {
            return Prefix + RandomNumberGenerator.GetHexString(IdDigits, lowercase: true);
        }

        return key.Length is > 0 and <= 200 && key.All(c => c is > ' ' and <= '~')
            ? Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)))[..IdDigits]
            : throw new ConfigurationException(
                $"The header {Header} cannot be used.", "It is empty, longer than 200 characters, or has others than visible ASCII.", "Send a random UUID.");
    }

    /// <summary>
    /// SHA-256 of what was asked for, as it was asked. What a folder holds is no part of it: a repetition after a file was added still means
    /// the batch that was accepted.
    /// </summary>
    internal static string DigestOf(BatchRequest request) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.BatchRequest)));

    [GeneratedRegex("^b-[0-9a-f]{24}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BatchId();
}
