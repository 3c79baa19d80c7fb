using System.Text.Json.Serialization;
using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Store.Manifests;

/// <summary>The slide of a store: its name, its content's id and allow-listed properties, never free text of the scanner.</summary>
/// <param name="Id">Digest of the slide's content, 32 hexadecimal digits.</param>
/// <param name="Name">Name of the slide, as the run calls it.</param>
/// <param name="Vendor">Scanner vendor, or "image".</param>
/// <param name="Width">Level-0 px.</param>
/// <param name="Height">Level-0 px.</param>
/// <param name="MicronsPerPixel">Pixel size of level 0 that the measures in µm rest on.</param>
/// <param name="PixelSizeOrigin">Who states that pixel size, in words; null when unknown.</param>
/// <param name="Magnification">Objective power; null when unknown.</param>
/// <param name="ActiveArea">Area with content in level-0 px.</param>
/// <param name="Levels">Pyramid of the slide, the largest level first.</param>
public sealed record ManifestSlide(
    string Id,
    string Name,
    string Vendor,
    int Width,
    int Height,
    double MicronsPerPixel,
    string? PixelSizeOrigin,
    double? Magnification,
    ManifestRect ActiveArea,
    IReadOnlyList<ManifestLevel> Levels);

/// <summary>Rectangle in level-0 px, origin at the upper-left corner of the slide.</summary>
/// <param name="X">Left side.</param>
/// <param name="Y">Top side.</param>
/// <param name="Width">Extent to the right.</param>
/// <param name="Height">Extent down.</param>
public sealed record ManifestRect(double X, double Y, double Width, double Height);

/// <summary>One level of the slide's pyramid.</summary>
/// <param name="Width">Px of that level.</param>
/// <param name="Height">Px of that level.</param>
/// <param name="Downsample">Level-0 px per px of that level.</param>
public sealed record ManifestLevel(int Width, int Height, double Downsample);

/// <summary>A set of classes.</summary>
/// <param name="Name">Short name, for example "pannuke".</param>
/// <param name="Classes">Classes by ascending id.</param>
public sealed record ManifestTaxonomy(string Name, IReadOnlyList<ManifestClass> Classes)
{
    /// <summary>From domain terms.</summary>
    public static ManifestTaxonomy From(Taxonomy taxonomy)
    {
        ArgumentNullException.ThrowIfNull(taxonomy);
        return new ManifestTaxonomy(taxonomy.Name, [.. taxonomy.Classes.Select(c => new ManifestClass(c.Id, c.Name, [c.Red, c.Green, c.Blue]))]);
    }

    /// <summary>In domain terms.</summary>
    public Taxonomy ToTaxonomy() =>
        new(Name, [.. Classes.Select(c => new CellClass(c.Id, c.Name, (byte)c.Color[0], (byte)c.Color[1], (byte)c.Color[2]))]);
}

/// <summary>One class.</summary>
/// <param name="Id">Number in the column <c>class</c>.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Color">sRGB: red, green, blue, 0 … 255 each.</param>
public sealed record ManifestClass(byte Id, string Name, IReadOnlyList<int> Color);

/// <summary>A class layer: classes and their probabilities that a token classifier or the network itself gave to the cells.</summary>
/// <param name="Name">Name of the layer and of its taxonomy.</param>
/// <param name="File">Path inside the store, with forward slashes.</param>
/// <param name="Taxonomy">Its classes with their colors.</param>
/// <param name="Counts">Cells per class, by ascending id; every class of the taxonomy.</param>
/// <param name="Classifier">The token classifier that computed it; absent for the layer of the network's own class branch.</param>
public sealed record ManifestLayer(
    string Name,
    string File,
    ManifestTaxonomy Taxonomy,
    IReadOnlyList<ClassCount> Counts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ManifestClassifier? Classifier);

/// <summary>A token classifier.</summary>
/// <param name="File">File name of its checkpoint.</param>
/// <param name="Sha256">SHA-256 of its checkpoint, 64 lower-case hexadecimal digits.</param>
public sealed record ManifestClassifier(string File, [property: JsonPropertyName("sha256")] string Sha256);

/// <summary>How many cells a class has.</summary>
/// <param name="Class">Class id.</param>
/// <param name="Name">Name of the class.</param>
/// <param name="Cells">Number of cells.</param>
public sealed record ClassCount(byte Class, string Name, long Cells);

/// <summary>Pyramid of cell counts: uint32 arrays <c>[classes, rows, columns]</c>.</summary>
/// <param name="Classes">Class id of each plane of the first axis.</param>
/// <param name="Levels">Levels, the finest first; the last has one bin.</param>
public sealed record ManifestDensity(IReadOnlyList<int> Classes, IReadOnlyList<ManifestDensityLevel> Levels);

/// <summary>One level of the density pyramid.</summary>
/// <param name="File">Path inside the store.</param>
/// <param name="BinSize">Side of a bin in level-0 px; bin (0, 0) begins at the slide's upper-left corner.</param>
/// <param name="Rows">Bins downwards.</param>
/// <param name="Columns">Bins to the right.</param>
public sealed record ManifestDensityLevel(string File, long BinSize, int Rows, int Columns);

/// <summary>A tile that has no result.</summary>
/// <param name="Row">Row in the tile grid.</param>
/// <param name="Column">Column in the tile grid.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record FailedTile(int Row, int Column, string Reason);

/// <summary>One file of the store.</summary>
/// <param name="Path">Path inside the store, with forward slashes.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">SHA-256, 64 lower-case hexadecimal digits.</param>
public sealed record ManifestFile(string Path, long Bytes, [property: JsonPropertyName("sha256")] string Sha256);
