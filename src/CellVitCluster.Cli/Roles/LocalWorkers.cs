using CellVitCluster.Cli.Submission;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Inference.Paced;
using CellVitCluster.Inference.Pipeline;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Cli.Roles;

/// <summary>The analyzers of this process: the model loaded once per worker, the processor's cores shared among them.</summary>
internal sealed class LocalWorkers : IAsyncDisposable
{
    private LocalWorkers(RunModel model, string modelFolder, IReadOnlyList<ITileAnalyzer> analyzers, Task ready)
    {
        Model = model;
        ModelFolder = modelFolder;
        Analyzers = analyzers;
        Ready = ready;
    }

    /// <summary>The model as runs refer to it.</summary>
    public RunModel Model { get; }

    /// <summary>Absolute path of the folder that holds the model's weights.</summary>
    public string ModelFolder { get; }

    /// <summary>One analyzer per worker; owned by this object.</summary>
    public IReadOnlyList<ITileAnalyzer> Analyzers { get; }

    /// <summary>Completes when every analyzer has its model; fails when the model cannot be used.</summary>
    public Task Ready { get; }

    /// <summary>Finds the model and starts the analyzers, which load it side by side with whatever comes next.</summary>
    /// <param name="model">Card, name or checkpoint, or <c>paced…</c> (see <see cref="PacedModel.Parse"/>); null for the starter model.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda:n</c>.</param>
    /// <param name="precision">Number format; null for the device's default.</param>
    /// <param name="workers">Number of workers.</param>
    /// <exception cref="Domain.Errors.ModelException">The model cannot be used.</exception>
    public static LocalWorkers Start(string? model, string device, Precision? precision, int workers)
    {
        if (PacedModel.IsMeant(model))
        {
            PacedModel paced = PacedModel.Parse(model!);
            return new LocalWorkers(
                ModelOf(paced.Card, Precision.Single),
                ModelFolders.Shipped,
                [.. Enumerable.Range(0, workers).Select(_ => new PacedAnalyzer(paced, TimeProvider.System))],
                Task.CompletedTask);
        }

        ModelCard card = ModelCatalog.Installed.Resolve(model);
        int cores = Math.Max(1, Environment.ProcessorCount / workers);
        InferenceDevice target = InferenceDevice.Parse(device, cores).WithPrecision(precision ?? card.Precision);
        target = ConvolutionChoice.User.Apply(target, Environment.GetEnvironmentVariable(ConvolutionChoice.Variable));
        var analyzers = new TileAnalyzer[workers];
        for (int i = 0; i < workers; i++)
        {
            analyzers[i] = new TileAnalyzer(card, target, TileAnalyzerOptions.For(target, cores), TimeProvider.System);
        }

        return new LocalWorkers(
            ModelOf(card, target.Precision), Path.GetDirectoryName(card.WeightsPath)!, analyzers, Task.WhenAll(analyzers.Select(analyzer => analyzer.Ready)));
    }

    /// <summary>A model as runs refer to it.</summary>
    public static RunModel ModelOf(ModelCard card, Precision precision) => new(card.Sha256, card.ToJson(), card.EmbeddingWidth, card.Taxonomy, precision);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ITileAnalyzer analyzer in Analyzers)
        {
            await analyzer.DisposeAsync();
        }
    }
}
