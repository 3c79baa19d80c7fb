namespace CellVitCluster.Cli.Models;

/// <summary>How the user wants a model to be fetched.</summary>
/// <param name="TermsAccepted">Whether the terms of the model are accepted.</param>
/// <param name="Mirror">Base address of a mirror; null for the publisher's address.</param>
/// <param name="Sha256">Digest the user states, in lower case; null to rely on the registry.</param>
internal sealed record PullOptions(bool TermsAccepted, string? Mirror, string? Sha256);
