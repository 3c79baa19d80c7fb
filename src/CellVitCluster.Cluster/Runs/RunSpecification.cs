using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Domain.Units;
using MessagePack;

namespace CellVitCluster.Cluster.Runs;

/// <summary>Everything that defines one run; the same specification always leads to the same cells. Travels inside messages and events.</summary>
[MessagePackObject]
public sealed record RunSpecification
{
    /// <summary>See <see cref="Domain.Ids.RunId"/>.</summary>
    [Key(0)]
    public required string RunId { get; init; }

    /// <summary>See <see cref="Domain.Ids.SlideId"/>.</summary>
    [Key(1)]
    public required string SlideId { get; init; }

    /// <summary>Absolute path of the slide, as every worker sees it.</summary>
    [Key(2)]
    public required string SlidePath { get; init; }

    /// <summary>µm per level-0 px stated by the user, or null.</summary>
    [Key(3)]
    public double? Mpp { get; init; }

    /// <summary>Objective power stated by the user, or null.</summary>
    [Key(4)]
    public double? Magnification { get; init; }

    /// <summary>Name of the result, unique among the runs of one output folder.</summary>
    [Key(5)]
    public required string Name { get; init; }

    /// <summary>Directory the cell store is published as.</summary>
    [Key(6)]
    public required string StoreDirectory { get; init; }

    /// <summary>Directory for tile results and the store while it is built; same file system as <see cref="StoreDirectory"/>.</summary>
    [Key(7)]
    public required string WorkDirectory { get; init; }

    /// <summary>Whose rules decide; see <see cref="CompatibilityMode"/>.</summary>
    [Key(8)]
    public required int Compatibility { get; init; }

    /// <summary>GeoJSON file with the region of interest, or null for the whole slide.</summary>
    [Key(9)]
    public string? RegionPath { get; init; }

    /// <summary>SHA-256 of the weights.</summary>
    [Key(10)]
    public required string ModelDigest { get; init; }

    /// <summary>Model card as JSON; goes into the store's manifest.</summary>
    [Key(11)]
    public required string ModelCard { get; init; }

    /// <summary>Length of one embedding.</summary>
    [Key(12)]
    public required int TokenWidth { get; init; }

    /// <summary>Name of the network's taxonomy.</summary>
    [Key(13)]
    public required string TaxonomyName { get; init; }

    /// <summary>Classes of the network's taxonomy.</summary>
    [Key(14)]
    public required IReadOnlyList<ClassMessage> Classes { get; init; }

    /// <summary>Whether a store of another run at <see cref="StoreDirectory"/> may be replaced.</summary>
    [Key(15)]
    public bool ReplaceStore { get; init; }

    /// <summary>What the network's class branch decides; see <see cref="ClassBranchUse"/>.</summary>
    [Key(16)]
    public int ClassBranch { get; init; }

    /// <summary>Token classifiers whose class layers the store gets, or null for none.</summary>
    [Key(17)]
    public IReadOnlyList<ClassifierMessage>? Classifiers { get; init; }

    /// <summary>Placements of the patches that are averaged; null for one.</summary>
    [Key(18)]
    public int? Placements { get; init; }

    /// <summary>Number format of the network, for example <c>fp32</c>; null from older versions: any.</summary>
    [Key(19)]
    public string? Precision { get; init; }

    /// <summary>Placements of the patches that are averaged, 1 or 2.</summary>
    [IgnoreMember]
    public int PlacementCount => Placements ?? 1;

    /// <summary>The slide in domain terms.</summary>
    [IgnoreMember]
    public SlideSource Source => new(SlidePath, Mpp is double mpp ? new Mpp(mpp) : null, Magnification);

    /// <summary>The taxonomy in domain terms.</summary>
    [IgnoreMember]
    public Taxonomy Taxonomy => new(TaxonomyName, [.. Classes.Select(c => c.ToClass())]);

    /// <summary>The mode in domain terms.</summary>
    [IgnoreMember]
    public CompatibilityMode Mode => (CompatibilityMode)Compatibility;

    /// <summary>The use of the class branch in domain terms.</summary>
    [IgnoreMember]
    public ClassBranchUse ClassBranchUse => (ClassBranchUse)ClassBranch;
}

/// <summary>A token classifier as it travels: a claim check, never the weights.</summary>
/// <param name="Path">Absolute path of the checkpoint, as every merger sees it.</param>
/// <param name="Sha256">SHA-256 of the checkpoint, 64 hexadecimal digits.</param>
/// <param name="TaxonomyName">Name of its taxonomy and of the layer.</param>
/// <param name="Classes">Its classes.</param>
[MessagePackObject]
public sealed record ClassifierMessage(
    [property: Key(0)] string Path,
    [property: Key(1)] string Sha256,
    [property: Key(2)] string TaxonomyName,
    [property: Key(3)] IReadOnlyList<ClassMessage> Classes)
{
    /// <summary>From domain terms.</summary>
    public static ClassifierMessage From(ClassifierReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new ClassifierMessage(reference.Path, reference.Sha256, reference.Taxonomy.Name, [.. reference.Taxonomy.Classes.Select(ClassMessage.From)]);
    }

    /// <summary>In domain terms.</summary>
    public ClassifierReference ToReference() => new(Path, Sha256, new Taxonomy(TaxonomyName, [.. Classes.Select(c => c.ToClass())]));
}

/// <summary>A class of a taxonomy as it travels.</summary>
[MessagePackObject]
public sealed record ClassMessage(
    [property: Key(0)] byte Id,
    [property: Key(1)] string Name,
    [property: Key(2)] byte Red,
    [property: Key(3)] byte Green,
    [property: Key(4)] byte Blue)
{
    /// <summary>From domain terms.</summary>
    public static ClassMessage From(CellClass cellClass)
    {
        ArgumentNullException.ThrowIfNull(cellClass);
        return new ClassMessage(cellClass.Id, cellClass.Name, cellClass.Red, cellClass.Green, cellClass.Blue);
    }

    /// <summary>In domain terms.</summary>
    public CellClass ToClass() => new(Id, Name, Red, Green, Blue);
}
