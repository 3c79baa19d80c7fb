using System.Security.Cryptography;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Devices;
using CellVitCluster.Model.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Model;

/// <summary>
/// A network with its weights on a device, ready to run. One thread at a time may run it; inside, the library uses
/// the device's threads. Dispose it when no call is under way.
/// </summary>
public sealed class LoadedModel : IDisposable
{
    private readonly CellVit _network;

    private LoadedModel(CellVit network, NetworkConfiguration configuration, InferenceDevice device)
    {
        _network = network;
        Configuration = configuration;
        Device = device;
        ConstantClass = FindConstantClass(network);
    }

    /// <summary>Structure of the network and normalization of its input.</summary>
    public NetworkConfiguration Configuration { get; }

    /// <summary>Where it runs.</summary>
    public InferenceDevice Device { get; }

    /// <summary>What decides the last bits of its results.</summary>
    public NumericProfile Profile => Device.Profile;

    /// <summary>
    /// The class of every pixel, when the last layer of the class branch ignores its input (a network that was trained without classes);
    /// else null. Asking such a network for its class branch costs a third of the decoders and gives this constant.
    /// </summary>
    public byte? ConstantClass { get; }

    /// <summary>Loads the model of a card.</summary>
    /// <param name="card">The card; the weights' digest must be the one it states.</param>
    /// <param name="device">Where to run.</param>
    /// <exception cref="ModelException">
    /// The weights do not exist (<see cref="ErrorCode.ModelMissing"/>), are not the card's (<see cref="ErrorCode.ModelDigestMismatch"/>), cannot
    /// be read, or do not fit the network or the card (<see cref="ErrorCode.CheckpointMismatch"/>).
    /// </exception>
    public static LoadedModel Load(ModelCard card, InferenceDevice device)
    {
        ArgumentNullException.ThrowIfNull(card);
        if (!File.Exists(card.WeightsPath))
        {
            throw new ModelException(
                ErrorCode.ModelMissing,
                $"Cannot load model '{card.Name}'.",
                $"Its weights '{card.WeightsPath}' do not exist.",
                "Put the file there, or correct 'weights' in the model card.");
        }

        using FileStream file = File.OpenRead(card.WeightsPath);
        string digest = Convert.ToHexStringLower(SHA256.HashData(file));
        if (digest != card.Sha256)
        {
            throw new ModelException(
                ErrorCode.ModelDigestMismatch,
                $"Cannot load model '{card.Name}'.",
                $"The SHA-256 of '{card.WeightsPath}' is {digest}; the card states {card.Sha256}.",
                "Copy the weights again from their source, or use the card that belongs to them.");
        }

        LoadedModel model = Create(CheckpointFile.Open(file, card.WeightsPath), card.WeightsPath, device);
        NetworkConfiguration found = model.Configuration;
        if (found.Architecture != card.Architecture || found.EmbeddingWidth != card.EmbeddingWidth || found.PatchSize != card.PatchSize
            || found.ClassCount != card.Taxonomy.Classes.Count)
        {
            model.Dispose();
            throw new ModelException(
                ErrorCode.CheckpointMismatch,
                $"Cannot load model '{card.Name}'.",
                $"The weights are {found.Architecture} of width {found.EmbeddingWidth}, patch {found.PatchSize} and {found.ClassCount} classes; the card says {card.Architecture}, {card.EmbeddingWidth}, {card.PatchSize} and {card.Taxonomy.Classes.Count}.",
                "Correct the model card.");
        }

        return model;
    }

    /// <summary>Builds the network of a checkpoint without a card.</summary>
    /// <param name="checkpoint">Weights and configuration.</param>
    /// <param name="name">Name of the file for error messages.</param>
    /// <param name="device">Where to run.</param>
    /// <exception cref="ModelException">The checkpoint does not describe or does not fit a supported network.</exception>
    public static LoadedModel Create(Checkpoint checkpoint, string name, InferenceDevice device) =>
        Create(NetworkConfiguration.From(checkpoint, name), network => StrictLoading.Load(network, checkpoint, name), device);

    /// <summary>Builds a network whose weights come from somewhere else.</summary>
    /// <param name="configuration">Structure.</param>
    /// <param name="fill">Sets all weights of the network, which is on the CPU.</param>
    /// <param name="device">Where to run.</param>
    internal static LoadedModel Create(NetworkConfiguration configuration, Action<nn.Module> fill, InferenceDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.Activate();
        var network = new CellVit(configuration);
        try
        {
            fill(network);
            network.PrepareForInference(device);
            return new LoadedModel(network, configuration, device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network.</summary>
    /// <param name="input"><c>[B, 3, H, W]</c>, fp32, normalized with the model's mean and deviation, on the model's device; H and W divisible by the patch size, equal for SAM and Virchow, 256 or 1024 for Virchow.</param>
    /// <param name="wanted">Outputs to compute.</param>
    /// <returns>Outputs, owned by the caller. Deterministic for one profile and one batch size.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public NetworkOutput Forward(Tensor input, BranchSelection wanted) => Forward(input, wanted, ended: null);

    /// <inheritdoc cref="Forward(Tensor, BranchSelection)"/>
    /// <param name="input">As above.</param>
    /// <param name="wanted">Outputs to compute.</param>
    /// <param name="ended">Told the name of each part (encoder, skips, branches) as it ends; for measurements.</param>
    internal NetworkOutput Forward(Tensor input, BranchSelection wanted, Action<string>? ended)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.shape is [_, 3, var height, var width] && InputSides.Accepts(Configuration, height, width)
            ? _network.Run(input, wanted, ended)
            : throw new ArgumentException($"Shape [{string.Join(", ", input.shape)}] is no batch of RGB images the network takes: {InputSides.Describe(Configuration)}.", nameof(input));
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private static byte? FindConstantClass(CellVit network)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        TorchSharp.Modules.Conv2d last = network.ClassBranch.LastLayer;
        return last.weight!.count_nonzero().item<long>() == 0 ? (byte)last.bias!.argmax().item<long>() : null;
    }
}
