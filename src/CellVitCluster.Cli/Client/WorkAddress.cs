using System.Globalization;
using CellVitCluster.Api.Submission;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Client;

/// <summary>What a command is about: a batch, a slide of a batch, or a run.</summary>
/// <param name="Batch">Id of the batch, or null.</param>
/// <param name="Entry">Number of the slide in the batch, from 0, or null.</param>
/// <param name="Run">Id of the run, or null.</param>
internal sealed record WorkAddress(string? Batch, int? Entry, string? Run)
{
    private const int RunIdLength = 32;

    /// <summary>Its address on the server, relative.</summary>
    public string Path => this switch
    {
        { Batch: not null, Entry: int entry } => FormattableString.Invariant($"api/batches/{Batch}/slides/{entry}"),
        { Batch: not null } => $"api/batches/{Batch}",
        _ => $"api/runs/{Run}",
    };

    /// <summary>Reads <c>BATCH</c>, <c>BATCH/N</c> or <c>RUN</c>.</summary>
    /// <exception cref="ConfigurationException">The text is none of them.</exception>
    public static WorkAddress Parse(string text)
    {
        string[] parts = text.Split('/');
        if (BatchKey.IsBatchId(parts[0]) && parts.Length <= 2)
        {
            if (parts.Length == 1)
            {
                return new WorkAddress(text, null, null);
            }

            if (int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int entry))
            {
                return new WorkAddress(parts[0], entry, null);
            }
        }

        return text.Length == RunIdLength && text.All(char.IsAsciiHexDigitLower)
            ? new WorkAddress(null, null, text)
            : throw new ConfigurationException(
                $"'{text}' names no work.",
                "Expected the id of a batch (b- and 24 hexadecimal digits), of one of its slides (BATCH/N, from 0), or of a run (32 hexadecimal digits).",
                "'cellvit status' lists the batches, 'cellvit status BATCH' the slides and runs of one.");
    }
}
