using CellVitCluster.Cluster.Runs;
using MessagePack;

namespace CellVitCluster.Cluster.Admission;

/// <summary>What is done with every slide of a batch: a <see cref="RunSpecification"/> without its slide. Travels inside messages and events.</summary>
[MessagePackObject]
public sealed record RunTemplate
{
    /// <summary>Folder that takes the cell stores, one per slide; absolute, as every node sees it.</summary>
    [Key(0)]
    public required string OutputDirectory { get; init; }

    /// <summary>See <see cref="RunSpecification.Compatibility"/>.</summary>
    [Key(1)]
    public required int Compatibility { get; init; }

    /// <summary>GeoJSON file with the region of interest, or null for whole slides.</summary>
    [Key(2)]
    public string? RegionPath { get; init; }

    /// <summary>SHA-256 of the region file, or null.</summary>
    [Key(3)]
    public string? RegionDigest { get; init; }

    /// <summary>SHA-256 of the weights.</summary>
    [Key(4)]
    public required string ModelDigest { get; init; }

    /// <summary>Model card as JSON.</summary>
    [Key(5)]
    public required string ModelCard { get; init; }

    /// <summary>Length of one embedding.</summary>
    [Key(6)]
    public required int TokenWidth { get; init; }

    /// <summary>Number format of the network, for example <c>fp32</c>.</summary>
    [Key(7)]
    public required string Precision { get; init; }

    /// <summary>Name of the network's taxonomy.</summary>
    [Key(8)]
    public required string TaxonomyName { get; init; }

    /// <summary>Classes of the network's taxonomy.</summary>
    [Key(9)]
    public required IReadOnlyList<ClassMessage> Classes { get; init; }

    /// <summary>See <see cref="RunSpecification.ClassBranch"/>.</summary>
    [Key(10)]
    public int ClassBranch { get; init; }

    /// <summary>Token classifiers, or null for none.</summary>
    [Key(11)]
    public IReadOnlyList<ClassifierMessage>? Classifiers { get; init; }

    /// <summary>Placements of the patches that are averaged; null for one.</summary>
    [Key(12)]
    public int? Placements { get; init; }

    /// <summary>Whether stores of other runs may be replaced, and earlier work on these slides is forgotten.</summary>
    [Key(13)]
    public bool Fresh { get; init; }
}
