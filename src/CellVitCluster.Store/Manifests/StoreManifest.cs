using System.Text.Json;
using System.Text.Json.Serialization;

namespace CellVitCluster.Store.Manifests;

/// <summary>
/// Content of <c>manifest.json</c>: what the store is, where it comes from and what its files must look like. Written last; a directory
/// without it is no store. Property names in the file are snake case and never change; readers skip names they do not know.
/// </summary>
public sealed record StoreManifest
{
    /// <summary>Value of <see cref="Format"/>.</summary>
    public const string FormatName = "cellvit-cell-store";

    /// <summary>Layout that this program writes and the newest it reads.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Kind of directory, always <see cref="FormatName"/>.</summary>
    [JsonRequired]
    public required string Format { get; init; }

    /// <summary>Layout number; raised when an older reader would misunderstand the files.</summary>
    [JsonRequired]
    public required int FormatVersion { get; init; }

    /// <summary>1 when sealed; raised by each change of the list of files (a class layer added). The cells themselves never change.</summary>
    public required int Revision { get; init; }

    /// <summary>When the store was sealed, UTC. The only time stamp of the store.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version of the program that sealed the store.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>Run id: 32 hexadecimal digits.</summary>
    [JsonRequired]
    public required string Run { get; init; }

    /// <summary>The slide.</summary>
    [JsonRequired]
    public required ManifestSlide Slide { get; init; }

    /// <summary>Number of cells: rows of <c>cells.parquet</c> and of <c>tokens.npy</c>.</summary>
    public required long Cells { get; init; }

    /// <summary>Length of an embedding.</summary>
    public required int TokenWidth { get; init; }

    /// <summary>Classes of the segmentation network with their colors.</summary>
    [JsonRequired]
    public required ManifestTaxonomy Taxonomy { get; init; }

    /// <summary>Cells per class, by ascending id; every class of the taxonomy and every other class met.</summary>
    public required IReadOnlyList<ClassCount> Counts { get; init; }

    /// <summary>
    /// What the network's class branch decided: absent in the usual case that it gave the cells their classes; <c>none</c> when it was not
    /// computed, <c>gate</c> when it only decided which cells are dropped. In both of these every cell has class 1.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClassBranch { get; init; }

    /// <summary>Class layers: the network's own, then those of token classifiers in the order asked for; absent when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ManifestLayer>? Layers { get; init; }

    /// <summary>The pyramid of counts.</summary>
    public required ManifestDensity Density { get; init; }

    /// <summary>Card of the model, as the model states it.</summary>
    public required JsonElement ModelCard { get; init; }

    /// <summary>Parameters of the run.</summary>
    public required JsonElement Parameters { get; init; }

    /// <summary>Numeric profiles that computed the tiles, sorted. More than one: last bits may differ between tiles.</summary>
    public required IReadOnlyList<string> NumericProfiles { get; init; }

    /// <summary>Tiles without a result, row by row.</summary>
    public required IReadOnlyList<FailedTile> FailedTiles { get; init; }

    /// <summary>Seconds by stage of the run, as its caller measured them.</summary>
    public required IReadOnlyDictionary<string, double> TimingsSeconds { get; init; }

    /// <summary>Every other file of the store.</summary>
    [JsonRequired]
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>SHA-256 of the manifest's own bytes with these 64 digits replaced by zeros.</summary>
    [JsonRequired]
    public required string ManifestSha256 { get; init; }
}
