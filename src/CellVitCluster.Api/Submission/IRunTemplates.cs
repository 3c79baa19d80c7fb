using CellVitCluster.Cluster.Admission;

namespace CellVitCluster.Api.Submission;

/// <summary>
/// Port: turns names of models and classifiers into what a run needs to know about them. Implemented where the model catalog is known; reads
/// cards and classifier checkpoints, never network weights. Thread-safe.
/// </summary>
public interface IRunTemplates
{
    /// <summary>Composes the template of a batch.</summary>
    /// <param name="request">What the client asked for, paths checked.</param>
    /// <exception cref="Domain.Errors.CellVitException">The model or a classifier cannot be used, or the values do not go together.</exception>
    RunTemplate Compose(RunTemplateRequest request);
}

/// <summary>What is to be done with every slide of a batch, in the client's words.</summary>
public sealed record RunTemplateRequest
{
    /// <summary>Absolute path of the folder that takes the stores.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>Absolute path of the region of interest, or null.</summary>
    public string? RegionPath { get; init; }

    /// <summary>Name of an installed model, or absolute path of a card or checkpoint; null for the default.</summary>
    public string? Model { get; init; }

    /// <summary>Name of a number format; null for the model's default.</summary>
    public string? Precision { get; init; }

    /// <summary>Names or absolute paths of token classifiers.</summary>
    public IReadOnlyList<string> Classifiers { get; init; } = [];

    /// <summary>Only find nuclei.</summary>
    public bool Binary { get; init; }

    /// <summary>Follow the published program's rules.</summary>
    public bool Reference { get; init; }

    /// <summary>Placements of the network's patches that are averaged, 1 or 2.</summary>
    public int Placements { get; init; } = 1;

    /// <summary>Forget earlier work on the slides and replace their stores.</summary>
    public bool Fresh { get; init; }
}
