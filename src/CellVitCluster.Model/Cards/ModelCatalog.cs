using System.Security.Cryptography;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Networks;

namespace CellVitCluster.Model.Cards;

/// <summary>Finds models: by name among the cards of a folder, by the path of a card, or by the path of bare weights.</summary>
/// <param name="folder">Folder with <c>&lt;name&gt;.json</c> cards; it need not exist.</param>
public sealed class ModelCatalog(string folder)
{
    /// <summary>Name of the model that is used when none is asked for.</summary>
    public const string DefaultModel = "starter";

    /// <summary>The cards that came with the program.</summary>
    public static ModelCatalog Installed { get; } = new(Path.Combine(AppContext.BaseDirectory, "configs", "models"));

    /// <summary>Names of the cards, sorted.</summary>
    public IReadOnlyList<string> Names => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.json").Select(p => Path.GetFileNameWithoutExtension(p)!).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Finds a model.</summary>
    /// <param name="nameOrPath">Name of a card, path of a <c>.json</c> card, or path of a <c>.pth</c> or <c>.safetensors</c> file; null for the default.</param>
    /// <returns>Its card; for bare weights one derived from what the checkpoint says about itself.</returns>
    /// <exception cref="ModelException">Nothing of that name exists (<see cref="ErrorCode.ModelMissing"/>), or it cannot be used.</exception>
    public ModelCard Resolve(string? nameOrPath)
    {
        string wanted = string.IsNullOrWhiteSpace(nameOrPath) ? DefaultModel : nameOrPath;
        string named = Path.Combine(folder, wanted + ".json");
        if (Path.GetFileName(wanted) == wanted && File.Exists(named))
        {
            return ModelCard.Load(named);
        }

        if (!File.Exists(wanted))
        {
            throw new ModelException(
                ErrorCode.ModelMissing,
                $"Cannot find model '{wanted}'.",
                $"It is neither a file nor one of the installed models ({(Names.Count == 0 ? "none" : string.Join(", ", Names))}).",
                "Name an installed model, a model card (.json) or a checkpoint (.pth, .safetensors).");
        }

        return Path.GetExtension(wanted).Equals(".json", StringComparison.OrdinalIgnoreCase) ? ModelCard.Load(wanted) : Derive(wanted);
    }

    private static ModelCard Derive(string path)
    {
        using Checkpoint checkpoint = CheckpointFile.Load(path);
        NetworkConfiguration network = NetworkConfiguration.From(checkpoint, path);
        using FileStream file = File.OpenRead(path);
        return new ModelCard
        {
            Version = ModelCard.CurrentVersion,
            Name = Path.GetFileNameWithoutExtension(path),
            Weights = Path.GetFileName(path),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
            Architecture = network.Architecture,
            TileSize = TileGrid.TileSize,
            MicronsPerPixel = Mpp.NetworkDefault.MicronsPerPixel,
            Mean = network.Mean,
            StandardDeviation = network.StandardDeviation,
            EmbeddingWidth = network.EmbeddingWidth,
            PatchSize = network.PatchSize,
            Taxonomy = PanNukeTaxonomy.For(network.ClassNames, network.ClassCount),
            WeightsPath = Path.GetFullPath(path),
        };
    }
}
