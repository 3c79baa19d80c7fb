using System.Text.Json.Serialization;

namespace CellVitCluster.Model.Cards;

/// <summary>What a file of the registry is.</summary>
public enum RegistryKind
{
    /// <summary>Weights of a segmentation network.</summary>
    [JsonStringEnumMemberName("segmentation")]
    Segmentation,

    /// <summary>A zip archive of token classifiers.</summary>
    [JsonStringEnumMemberName("classifiers")]
    Classifiers,
}

/// <summary>
/// A model that can be fetched from its publisher. The JSON reader sets texts that an entry leaves out to null; the setters make them empty.
/// </summary>
public sealed record RegistryEntry
{
    /// <summary>Name it gets on this machine.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required RegistryKind Kind { get; init; }

    /// <summary>Name of the file; a mirror serves it under this name.</summary>
    public required string File { get; init; }

    /// <summary>Where the publisher serves it.</summary>
    public required Uri Url { get; init; }

    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits; null when nobody stated it to us.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size in bytes, when known.</summary>
    public long? Size { get; init; }

    /// <summary>Class name of the network; empty for an archive.</summary>
    public string Architecture { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>License of the weights.</summary>
    public required string License { get; init; }

    /// <summary>What the license asks of the user, one sentence.</summary>
    public string Terms { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Whether the user must accept the terms before the file is fetched.</summary>
    public bool AcceptanceRequired { get; init; }

    /// <summary>Whom to name.</summary>
    public string Attribution { get; init => field = value ?? string.Empty; } = string.Empty;
}
