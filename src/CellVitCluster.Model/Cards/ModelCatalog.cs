using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Networks;

namespace CellVitCluster.Model.Cards;

/// <summary>Finds models: by name among the cards of its folders, by the path of a card, or by the path of bare weights.</summary>
/// <param name="folders">Folders with <c>&lt;name&gt;.json</c> cards; where two have one name, the earlier folder wins. They need not exist.</param>
public sealed class ModelCatalog(params IReadOnlyList<string> folders)
{
    /// <summary>Name of the model that is used when none is asked for.</summary>
    public const string DefaultModel = "starter";

    /// <summary>The cards that came with the program, then the user's.</summary>
    public static ModelCatalog Installed { get; } = new(ModelFolders.Shipped, ModelFolders.User);

    /// <summary>Names of the cards, sorted.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. folders.Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.json"))
            .Select(p => Path.GetFileNameWithoutExtension(p)!)
            .Where(n => n != ModelRegistry.Name && !n.StartsWith('.'))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Path of the card with a name, or null.</summary>
    public string? CardPath(string name) => Path.GetFileName(name) == name && name != ModelRegistry.Name
        ? folders.Select(f => Path.Combine(f, name + ".json")).FirstOrDefault(File.Exists)
        : null;

    /// <summary>Finds a model.</summary>
    /// <param name="nameOrPath">Name of a card, path of a <c>.json</c> card, or path of a <c>.pth</c> or <c>.safetensors</c> file; null for the default.</param>
    /// <returns>Its card; for bare weights one derived from what the checkpoint says about itself.</returns>
    /// <exception cref="ModelException">Nothing of that name exists (<see cref="ErrorCode.ModelMissing"/>), or it cannot be used.</exception>
    public ModelCard Resolve(string? nameOrPath)
    {
        string wanted = string.IsNullOrWhiteSpace(nameOrPath) ? DefaultModel : nameOrPath;
        if (CardPath(wanted) is { } card)
        {
            return ModelCard.Load(card);
        }

        if (!File.Exists(wanted))
        {
            throw new ModelException(
                ErrorCode.ModelMissing,
                $"Cannot find model '{wanted}'.",
                $"It is neither a file nor one of the installed models ({(Names.Count == 0 ? "none" : string.Join(", ", Names))}).",
                "Name an installed model, a model card (.json) or a checkpoint (.pth, .safetensors); 'cellvit models list' shows what can be pulled.");
        }

        return Path.GetExtension(wanted).Equals(".json", StringComparison.OrdinalIgnoreCase) ? ModelCard.Load(wanted) : Derive(wanted);
    }

    /// <summary>Card of bare weights: structure, normalization and classes from the checkpoint, sizes from the published networks.</summary>
    /// <param name="path">A <c>.pth</c> or <c>.safetensors</c> file.</param>
    /// <exception cref="ModelException">The file is no checkpoint of a supported network.</exception>
    public static ModelCard Derive(string path)
    {
        using Checkpoint checkpoint = CheckpointFile.Load(path);
        NetworkConfiguration network = NetworkConfiguration.From(checkpoint, path);
        return new ModelCard
        {
            Version = ModelCard.CurrentVersion,
            Name = Path.GetFileNameWithoutExtension(path),
            Weights = Path.GetFileName(path),
            Sha256 = FileDigest.Sha256(path),
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
