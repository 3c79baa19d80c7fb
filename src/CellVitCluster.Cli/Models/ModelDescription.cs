using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.Cli.Models;

/// <summary>Gathers what card, checkpoint and registry say about a model.</summary>
internal static class ModelDescription
{
    /// <summary>Describes an installed model, a card, a checkpoint file, or an entry of the registry.</summary>
    /// <exception cref="ModelException">There is no such thing, or the file cannot be read.</exception>
    public static ModelReport Describe(string nameOrFile)
    {
        bool isCheckpoint = File.Exists(nameOrFile) && !Path.GetExtension(nameOrFile).Equals(".json", StringComparison.OrdinalIgnoreCase);
        if (ModelCatalog.Installed.CardPath(nameOrFile) is null)
        {
            if (isCheckpoint)
            {
                return OfFile(nameOrFile);
            }

            if (ModelRegistry.Installed().Entries.FirstOrDefault(e => e.Name == nameOrFile) is { } entry)
            {
                return OfEntry(entry);
            }
        }

        return OfCard(ModelCatalog.Installed.Resolve(nameOrFile));
    }

    private static ModelReport OfCard(ModelCard card)
    {
        ModelReport report = WithCard(new ModelReport { Name = card.Name, Kind = "segmentation", Path = card.WeightsPath }, card);
        if (!File.Exists(card.WeightsPath))
        {
            return report with { Problem = "The weights do not exist." };
        }

        using Checkpoint checkpoint = CheckpointFile.Load(card.WeightsPath);
        return WithFacts(report, CheckpointFacts.Of(checkpoint), card.WeightsPath);
    }

    private static ModelReport OfFile(string path)
    {
        using Checkpoint checkpoint = CheckpointFile.Load(path);
        CheckpointFacts facts = CheckpointFacts.Of(checkpoint);
        ModelReport report = WithFacts(
            new ModelReport { Name = Path.GetFileName(path), Kind = KindOf(facts.Kind), Path = Path.GetFullPath(path), Architecture = Text(facts.Architecture) }, facts, path);
        try
        {
            return facts.Kind switch
            {
                CheckpointKind.Segmentation => WithCard(report, ModelCatalog.Derive(path)),
                CheckpointKind.Classifier => WithClassifier(report, checkpoint),
                CheckpointKind.Encoder => WithEncoder(report, EncoderWeights.Adapt(checkpoint, path).Configuration),
                _ => report with { Problem = "Its tensors are neither a segmentation network, nor a token classifier, nor an encoder of a known family." },
            };
        }
        catch (ModelException exception) when (exception.Code == ErrorCode.CheckpointMismatch)
        {
            return report with { Problem = exception.Why };
        }
    }

    private static ModelReport OfEntry(RegistryEntry entry) => new()
    {
        Name = entry.Name,
        Kind = ModelPull.KindOf(entry),
        Architecture = Text(entry.Architecture),
        Problem = entry.Sha256 is null
            ? $"Not pulled; its digest is not known to the registry: 'cellvit models pull {entry.Name} --sha256 HEX' with the publisher's."
            : $"Not pulled: 'cellvit models pull {entry.Name}'.",
        Url = entry.Url.AbsoluteUri,
        Sha256 = entry.Sha256,
        Bytes = entry.Size,
        License = entry.License,
        Terms = Text(entry.Terms),
        Attribution = Text(entry.Attribution),
    };

    private static ModelReport WithFacts(ModelReport report, CheckpointFacts facts, string path) => report with
    {
        Bytes = new FileInfo(path).Length,
        Parameters = facts.Parameters,
        Tensors = facts.TensorCount,
        ElementTypes = [.. facts.ElementTypes.Select(t => t.ToString())],
    };

    private static ModelReport WithCard(ModelReport report, ModelCard card) => report with
    {
        Architecture = card.Architecture,
        Sha256 = card.Sha256,
        TileSize = card.TileSize,
        MicronsPerPixel = card.MicronsPerPixel,
        Mean = card.Mean,
        StandardDeviation = card.StandardDeviation,
        EmbeddingWidth = card.EmbeddingWidth,
        PatchSize = card.PatchSize,
        Taxonomy = card.Taxonomy.Name,
        Classes = [.. card.Taxonomy.Classes.Select(c => c.Name)],
        License = Text(card.License),
        Attribution = Text(card.Attribution),
        TrainingData = Text(card.TrainingData),
        Limits = Text(card.Limits),
    };

    private static ModelReport WithClassifier(ModelReport report, Checkpoint checkpoint)
    {
        IReadOnlyList<(int Id, string Name)> labels = checkpoint.Configuration.LabelMap("data.label_map");
        return report with
        {
            EmbeddingWidth = checkpoint.Find("fc1.weight")?.Shape is [_, var width] ? (int)width : null,
            Classes = labels.Count > 0 ? [.. labels.Select(l => l.Name)] : null,
        };
    }

    private static ModelReport WithEncoder(ModelReport report, CheckpointConfiguration configuration) => report with
    {
        Architecture = EncoderWeights.Architecture,
        Backbone = configuration.Text("model.backbone"),
        EmbeddingWidth = configuration.Int32("model.embed_dim"),
        PatchSize = configuration.Int32("model.patch_size"),
        Depth = configuration.Int32("model.depth"),
        Heads = configuration.Int32("model.num_heads"),
    };

    private static string KindOf(CheckpointKind kind) => kind switch
    {
        CheckpointKind.Segmentation => "segmentation",
        CheckpointKind.Classifier => "classifier",
        CheckpointKind.Encoder => "encoder",
        _ => "other",
    };

    private static string? Text(string text) => text.Length == 0 ? null : text;
}
