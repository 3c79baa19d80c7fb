using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Model.Cards;

namespace CellVitCluster.Inference.Paced;

/// <summary>
/// A model where there is none: takes a fixed time per tile and finds invented square nuclei on a jittered lattice over the whole slide. Its
/// cells are known beforehand (<see cref="PacedTruth"/>), so that lost, doubled and cut ones can be counted, and a cluster of any speed can be
/// tried on machines without a network. Immutable.
/// </summary>
public sealed record PacedModel
{
    private const string Prefix = "paced";

    /// <summary>What the device takes for one tile; one tile after the other, so that tiles per second are its inverse.</summary>
    public required TimeSpan TimePerTile { get; init; }

    /// <summary>Distance between lattice lines in px at inference resolution; every lattice field of a slide has one nucleus.</summary>
    public int Pitch { get; init; } = 100;

    /// <summary>Side of a nucleus in px at inference resolution; at least 8 less than <see cref="Pitch"/>, so that none touch.</summary>
    public int Side { get; init; } = 16;

    /// <summary>Length of an embedding, 4 … 1,280.</summary>
    public int TokenWidth { get; init; } = 384;

    /// <summary>Whether the pixels of each tile are read and decoded, as a real model has to.</summary>
    public bool ReadPixels { get; init; }

    /// <summary>
    /// Stands for the digest of the weights, 64 hexadecimal digits. What decides the cells is in it, the time per tile is not: workers of
    /// different speed can share a run.
    /// </summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"paced/1/{Pitch}/{Side}/{TokenWidth}"))));

    /// <summary>Its numeric profile, the same on every machine.</summary>
    public static NumericProfile Profile { get; } = new("paced/lattice");

    /// <summary>Classes of the nuclei.</summary>
    public static Taxonomy Taxonomy => PanNukeTaxonomy.Instance;

    /// <summary>The card that goes into run specifications: without the time per tile, which decides nothing. There is no weights file.</summary>
    public ModelCard Card => new()
    {
        Version = ModelCard.CurrentVersion,
        Name = Prefix,
        Weights = "none",
        Sha256 = Digest,
        Architecture = "Paced",
        TileSize = 1024,
        MicronsPerPixel = 0.25,
        Mean = [0.5f, 0.5f, 0.5f],
        StandardDeviation = [0.5f, 0.5f, 0.5f],
        EmbeddingWidth = TokenWidth,
        PatchSize = 16,
        Taxonomy = Taxonomy,
        Limits = "Invented nuclei for load tests; says nothing about the slide.",
    };

    /// <summary>Whether a model is named that is none: <c>paced</c>, or <c>paced:…</c>.</summary>
    public static bool IsMeant(string? model) => model is Prefix || model?.StartsWith(Prefix + ":", StringComparison.Ordinal) == true;

    /// <summary>Model from <c>paced[:MS[,PITCH][,read]]</c>: milliseconds per tile (20), distance between nuclei in px (100), and whether pixels are read.</summary>
    /// <param name="text">For example <c>paced</c>, <c>paced:20,32</c> or <c>paced:500,read</c>.</param>
    /// <exception cref="ConfigurationException">The text means something else, or a number is out of range.</exception>
    public static PacedModel Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!IsMeant(text))
        {
            throw Refused(text, "It does not begin with 'paced'.");
        }

        var model = new PacedModel { TimePerTile = TimeSpan.FromMilliseconds(20) };
        string[] parts = text.Length > Prefix.Length ? text[(Prefix.Length + 1)..].Split(',') : [];
        for (int i = 0; i < parts.Length; i++)
        {
            model = (i, parts[i]) switch
            {
                (not 0, "read") => model with { ReadPixels = true },
                (0, var time) => model with { TimePerTile = ParseTime(time, text) },
                (1, var pitch) => model with { Pitch = ParsePitch(pitch, text, model.Side) },
                _ => throw Refused(text, $"'{parts[i]}' has no meaning there."),
            };
        }

        return model;
    }

    private static TimeSpan ParseTime(string part, string text) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double milliseconds) && milliseconds is >= 0 and <= 3_600_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw Refused(text, "Milliseconds per tile must be a number from 0 to 3600000.");

    private static int ParsePitch(string part, string text, int side) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int pitch) && pitch >= side + PacedLattice.Gap && pitch <= 1024
            ? pitch
            : throw Refused(text, $"The distance between nuclei must be a whole number of px from {side + PacedLattice.Gap} to 1024.");

    private static ConfigurationException Refused(string text, string why) =>
        new($"'{text}' describes no paced model.", why, "Write paced:MS, paced:MS,PITCH or paced:MS,PITCH,read, for example paced:20,100: 20 ms per tile, a nucleus every 100 px.");
}
