namespace CellVitCluster.Api.Problems;

/// <summary>Body of every error: problem details (RFC 9457) with the stable codes of <c>docs/errors.md</c>.</summary>
public sealed record ProblemDocument
{
    /// <summary>Media type.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>A URN with the code.</summary>
    public required string Type { get; init; }

    /// <summary>What could not be done; a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What, why and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Stable code.</summary>
    public required string Code { get; init; }

    /// <summary>Why; a sentence.</summary>
    public string Why { get; init; } = string.Empty;

    /// <summary>What to do; a sentence.</summary>
    public string Remedy { get; init; } = string.Empty;

    /// <summary>Everything that is wrong with a request, or null when it is one thing.</summary>
    public IReadOnlyList<FaultDocument>? Faults { get; init; }
}

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Where: a member of the body or a parameter.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Detail">What, why and what to do.</param>
public sealed record FaultDocument(string Field, string Code, string Detail);
