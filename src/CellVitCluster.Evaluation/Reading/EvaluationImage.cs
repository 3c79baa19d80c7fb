namespace CellVitCluster.Evaluation.Reading;

/// <summary>The cells of one image on one side.</summary>
public sealed record EvaluationImage
{
    /// <summary>Name that pairs the two sides: a file's name without ending, or the name of a store's slide.</summary>
    public required string Name { get; init; }

    /// <summary>File or folder it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>Cells in the order of their source; later ones overwrite earlier ones where they share pixels.</summary>
    public required IReadOnlyList<EvaluationCell> Cells { get; init; }

    /// <summary>Width in px; null when the source does not state it.</summary>
    public int? Width { get; init; }

    /// <summary>Height in px; null when the source does not state it.</summary>
    public int? Height { get; init; }

    /// <summary>Whether the source says anything about classes.</summary>
    public required bool HasClasses { get; init; }

    /// <summary>Whether every cell has its pixels; points have none.</summary>
    public bool HasRegions => Cells.All(cell => cell.Region is not null);
}
