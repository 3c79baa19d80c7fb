using System.Globalization;

namespace CellVitCluster.Model.Cards;

/// <summary>What must hold for a card to be usable.</summary>
internal static class ModelCardRules
{
    /// <summary>All faults of a card, one phrase each; empty when there is none.</summary>
    public static IEnumerable<string> Check(ModelCard card)
    {
        if (card.Version != ModelCard.CurrentVersion)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"version is {card.Version}, this program reads {ModelCard.CurrentVersion}");
        }

        if (string.IsNullOrWhiteSpace(card.Name) || string.IsNullOrWhiteSpace(card.Weights))
        {
            yield return "name and weights must not be empty";
        }

        if (!FileDigest.IsSha256(card.Sha256))
        {
            yield return "sha256 must be 64 lower-case hexadecimal digits";
        }

        if (card.PatchSize < 1 || card.EmbeddingWidth < 1 || !Takes(card))
        {
            yield return "patchSize and embeddingWidth must be positive, tileSize one that the network takes: a multiple of patchSize; 256 or 1024 for Virchow";
        }

        if (!double.IsFinite(card.MicronsPerPixel) || card.MicronsPerPixel <= 0)
        {
            yield return "micronsPerPixel must be greater than zero";
        }

        if (card.Mean.Count != 3 || card.StandardDeviation.Count != 3 || card.StandardDeviation.Any(v => !(v > 0)))
        {
            yield return "mean and standardDeviation must have three numbers, the latter greater than zero";
        }

        if (card.Taxonomy.Classes.Count < 2 || card.Taxonomy.Classes.Index().Any(c => c.Item.Id != c.Index))
        {
            yield return "taxonomy.classes must number background and classes 0, 1, 2 …";
        }

        if (card.Taxonomy.Name.Length == 0 || Path.GetFileName(card.Taxonomy.Name) != card.Taxonomy.Name)
        {
            yield return "taxonomy.name must be usable as a file name";
        }

        if (!(card.Separation.SobelMinimum < card.Separation.SobelMaximum) || card.Separation.Threshold is not (> 0 and < 1))
        {
            yield return "separation needs sobelMinimum < sobelMaximum and a threshold between 0 and 1";
        }

        if (card.Separation.MarkerMinimumPixels < 1)
        {
            yield return "separation needs markerMinimumPixels of 1 or more";
        }
    }

    /// <summary>Virchow's patches of 14 px divide no such tile; these networks shrink their input. Source: spec/model.md §3.5.</summary>
    private static bool Takes(ModelCard card) => card.Architecture.StartsWith("CellViTVirchow", StringComparison.Ordinal)
        ? card.TileSize is 256 or 1024
        : card.TileSize > 0 && card.TileSize % card.PatchSize == 0;
}
