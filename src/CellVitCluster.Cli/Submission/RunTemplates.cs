using CellVitCluster.Api.Submission;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Inference.Paced;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Cli.Submission;

/// <summary>
/// Composes the templates of batches from the models of this machine. Reads cards and token classifiers; the network library is not loaded.
/// Thread-safe.
/// </summary>
/// <param name="folders">Models folders, the first match wins.</param>
internal sealed class RunTemplates(IReadOnlyList<string> folders) : IRunTemplates
{
    private readonly ModelCatalog _catalog = new([.. folders]);

    /// <inheritdoc/>
    public RunTemplate Compose(RunTemplateRequest request)
    {
        CompatibilityMode compatibility = request.Reference ? CompatibilityMode.Reference : CompatibilityMode.Default;
        ModelCard card = Resolve(request.Model);
        var model = new RunModel(card.Sha256, card.ToJson(), card.EmbeddingWidth, card.Taxonomy, PrecisionOf(request.Precision) ?? card.Precision ?? Precision.Single);
        RunClasses classes = RunClasses.Choose(compatibility, request.Binary, [.. request.Classifiers.Select(LocateClassifier)], model, folders);
        return RunComposer.Template(
            model, new RunRequest(request.OutputDirectory, request.RegionPath, compatibility, request.Placements, classes, request.Fresh));
    }

    private static Precision? PrecisionOf(string? name) =>
        name is null ? null
        : Precisions.Names.Contains(name, StringComparer.Ordinal) ? Precisions.Parse(name)
        : throw new ConfigurationException($"The precision '{name}' cannot be used.", $"Expected: {string.Join(", ", Precisions.Names)}.", "Correct it, or leave it out.");

    private ModelCard Resolve(string? model)
    {
        if (PacedModel.IsMeant(model))
        {
            // The time per tile is the workers' own affair; what decides the cells is the distance between nuclei.
            return PacedModel.Parse(model!).Card;
        }

        return _catalog.Resolve(model is null || _catalog.CardPath(model) is not null ? model : Locate(model) ?? throw Missing(model));
    }

    private string LocateClassifier(string nameOrPath) =>
        Locate(nameOrPath) ?? Locate(nameOrPath + ".pth") ?? Locate(nameOrPath + ".safetensors") ?? throw new ModelException(
            ErrorCode.ModelMissing,
            $"Cannot find token classifier '{nameOrPath}'.",
            $"No checkpoint of that name lies in {string.Join(", ", folders)} of the node that answers.",
            "Name a token classifier that is there, or copy it into one of these folders.");

    /// <summary>A path as it is, a plain file name in the models folders; never in the folder that the server happens to run in.</summary>
    private string? Locate(string nameOrPath) => Path.IsPathRooted(nameOrPath)
        ? nameOrPath
        : folders.Select(folder => Path.Combine(folder, nameOrPath)).FirstOrDefault(File.Exists);

    private ModelException Missing(string model) => new(
        ErrorCode.ModelMissing,
        $"Cannot find model '{model}'.",
        $"It is none of the models installed on the node that answers ({string.Join(", ", _catalog.Names)}).",
        "Name an installed model, or a card or checkpoint in a models folder of that node.");
}
