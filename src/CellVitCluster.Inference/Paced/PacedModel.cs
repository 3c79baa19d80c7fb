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

    /// <summary>The card that goes into run specifications. There is no weights file.</summary>
    public ModelCard Card => new()
    {
        Version = ModelCard.CurrentVersion,
        Name = string.Create(CultureInfo.InvariantCulture, $"paced-{TimePerTile.TotalMilliseconds:0.###}ms"),
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

    /// <summary>Model from <c>MS[,PITCH]</c>: milliseconds per tile and distance between nuclei in px.</summary>
    /// <param name="text">For example <c>20</c> or <c>20,32</c>.</param>
    /// <exception cref="ConfigurationException">The text means something else, or a number is out of range.</exception>
    public static PacedModel Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',');
        if (parts.Length > 2
            || !double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double milliseconds)
            || milliseconds is not (>= 0 and <= 3_600_000))
        {
            throw Refused(text, "Milliseconds per tile must be a number from 0 to 3600000.");
        }

        var model = new PacedModel { TimePerTile = TimeSpan.FromMilliseconds(milliseconds) };
        if (parts.Length == 1)
        {
            return model;
        }

        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int pitch) && pitch >= model.Side + PacedLattice.Gap && pitch <= 1024
            ? model with { Pitch = pitch }
            : throw Refused(text, $"The distance between nuclei must be a whole number of px from {model.Side + PacedLattice.Gap} to 1024.");
    }

    private static ConfigurationException Refused(string text, string why) =>
        new($"'{text}' describes no paced model.", why, "Write MS or MS,PITCH, for example 20,100: 20 ms per tile, a nucleus every 100 px.");
}
