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
    private LocalWorkers(ModelCard card, Precision precision, IReadOnlyList<ITileAnalyzer> analyzers, Task ready)
    {
        WeightsPath = card.WeightsPath;
        Model = new RunModel(card.Sha256, card.ToJson(), card.EmbeddingWidth, card.Taxonomy, precision);
        Analyzers = analyzers;
        Ready = ready;
    }

    /// <summary>The model as runs refer to it.</summary>
    public RunModel Model { get; }

    /// <summary>Absolute path of the model's weights; empty for a paced model, which has none.</summary>
    public string WeightsPath { get; }

    /// <summary>One analyzer per worker; owned by this object.</summary>
    public IReadOnlyList<ITileAnalyzer> Analyzers { get; }

    /// <summary>Completes when every analyzer has its model; fails when the model cannot be used.</summary>
    public Task Ready { get; }

    /// <summary>Finds the model and starts the analyzers, which load it side by side with whatever comes next.</summary>
    /// <param name="model">Card, name or checkpoint; null for the starter model.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda:n</c>.</param>
    /// <param name="precision">Number format; null for the device's default.</param>
    /// <param name="workers">Number of workers.</param>
    /// <exception cref="Domain.Errors.ModelException">The model cannot be used.</exception>
    public static LocalWorkers Start(string? model, string device, Precision? precision, int workers)
    {
        ModelCard card = ModelCatalog.Installed.Resolve(model);
        InferenceDevice target = InferenceDevice.Parse(device, Math.Max(1, Environment.ProcessorCount / workers)).WithPrecision(precision ?? card.Precision);
        target = ConvolutionChoice.User.Apply(target, Environment.GetEnvironmentVariable(ConvolutionChoice.Variable));
        var analyzers = new TileAnalyzer[workers];
        for (int i = 0; i < workers; i++)
        {
            analyzers[i] = new TileAnalyzer(card, target, new TileAnalyzerOptions(), TimeProvider.System);
        }

        return new LocalWorkers(card, target.Precision, analyzers, Task.WhenAll(analyzers.Select(analyzer => analyzer.Ready)));
    }

    /// <summary>Starts analyzers that only keep a pace, to try a cluster.</summary>
    /// <param name="model">How fast they are and what they find.</param>
    /// <param name="workers">Number of workers.</param>
    public static LocalWorkers Start(PacedModel model, int workers) => new(
        model.Card,
        Precision.Single,
        [.. Enumerable.Range(0, workers).Select(_ => new PacedAnalyzer(model, TimeProvider.System))],
        Task.CompletedTask);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ITileAnalyzer analyzer in Analyzers)
        {
            await analyzer.DisposeAsync();
        }
    }
}
