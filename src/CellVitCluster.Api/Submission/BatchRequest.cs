using System.Text.Json.Serialization;

namespace CellVitCluster.Api.Submission;

/// <summary>Body of <c>POST /api/batches</c>: slides that are analyzed alike. Paths are absolute, as the machines of the cluster see them.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BatchRequest
{
    /// <summary>Slides, one by one.</summary>
    public IReadOnlyList<SlideRequest>? Slides { get; init; }

    /// <summary>Slides, folders of slides (searched with their subfolders) and <c>.csv</c> lists.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>µm per level-0 px for everything in <see cref="Paths"/>; wins over lists.</summary>
    public double? Mpp { get; init; }

    /// <summary>Objective power for what <see cref="Paths"/> say nothing about; for the record only.</summary>
    public double? Magnification { get; init; }

    /// <summary>For people.</summary>
    public string? Label { get; init; }

    /// <summary>Who asks: submitters share the workers fairly. There are no accounts; it is taken as it is said.</summary>
    public string? Submitter { get; init; }

    /// <summary><c>routine</c> (default), <c>urgent</c> or <c>stat</c>.</summary>
    public string? Priority { get; init; }

    /// <summary>Folder for the stores: relative to the output root, or absolute inside it. Default: the output root.</summary>
    public string? Output { get; init; }

    /// <summary>Name of an installed model, or path inside a models folder.</summary>
    public string? Model { get; init; }

    /// <summary><c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</summary>
    public string? Precision { get; init; }

    /// <summary>Token classifiers: names, or paths inside a models folder.</summary>
    public IReadOnlyList<string>? Classifiers { get; init; }

    /// <summary>Only find nuclei.</summary>
    public bool Binary { get; init; }

    /// <summary>GeoJSON file with the region of interest.</summary>
    public string? Roi { get; init; }

    /// <summary><c>reference</c> for the published program's rules.</summary>
    public string? Compat { get; init; }

    /// <summary>Placements of the network's patches that are averaged, 1 or 2.</summary>
    public int? Placements { get; init; }

    /// <summary>Forget earlier work on these slides and replace their stores.</summary>
    public bool Fresh { get; init; }
}

/// <summary>One slide of a <see cref="BatchRequest"/>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SlideRequest
{
    /// <summary>Path of the file.</summary>
    public string? Path { get; init; }

    /// <summary>µm per level-0 px, wins over the file.</summary>
    public double? Mpp { get; init; }

    /// <summary>Objective power, for the record only.</summary>
    public double? Magnification { get; init; }

    /// <summary>Name of the result. Default: the file's, with digits of its content when two slides of the batch share it.</summary>
    public string? Name { get; init; }
}
