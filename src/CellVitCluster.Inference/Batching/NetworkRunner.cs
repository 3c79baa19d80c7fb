using System.Diagnostics;
using CellVitCluster.Detection;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Inference.Preprocessing;
using CellVitCluster.Model;
using CellVitCluster.Model.Networks;
using CellVitCluster.Slides.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Inference.Batching;

/// <summary>
/// Runs batches of images through a model and brings back plain arrays. Soft-max and arg-max are taken on the device, so that one byte per
/// pixel and decision leaves it instead of a float per class. To be called by one thread at a time; the model stays with its owner.
/// </summary>
public sealed class NetworkRunner : IDisposable
{
    /// <summary>Class given to every pixel when the class branch is not asked for: the first that is not background.</summary>
    internal const byte AnyNucleus = 1;

    private readonly LoadedModel _model;
    private readonly InputNormalizer _normalizer;
    private readonly BranchSelection _branches;
    private readonly bool _keepProbability;
    private readonly bool _keepClassProbabilities;
    private readonly byte _fillClass;
    private readonly Stack<StagingBuffers> _staging = new();
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>Prepares a runner.</summary>
    /// <param name="model">Model to run; must outlive the runner.</param>
    /// <param name="classes">Whether the class branch is wanted; without it every pixel has class 1, and a third of the decoders is saved.</param>
    /// <param name="keepProbability">Whether <see cref="NetworkMaps.NucleusProbability"/> is wanted (4 MB per tile).</param>
    /// <param name="keepClassProbabilities">
    /// Whether <see cref="NetworkMaps.ClassProbability"/> is wanted where the class branch is computed (1 MB per class and tile).
    /// </param>
    public NetworkRunner(LoadedModel model, bool classes = true, bool keepProbability = false, bool keepClassProbabilities = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _normalizer = new InputNormalizer(model);
        _keepProbability = keepProbability;
        _keepClassProbabilities = keepClassProbabilities;
        bool computed = classes && model.ConstantClass is null;
        _branches = BranchSelection.Nuclei | BranchSelection.Distances | (computed ? BranchSelection.Classes : BranchSelection.None);
        _fillClass = classes ? model.ConstantClass ?? AnyNucleus : AnyNucleus;
    }

    /// <summary>
    /// Begins to run tiles. A GPU computes while this thread goes on; it is kept busy when the next batch is begun before the results of this one are taken.
    /// </summary>
    /// <param name="tiles">One or more tiles; they stay with the caller and may be freed at once.</param>
    /// <param name="placements">
    /// 1, or 2 to run every tile a second time half a patch further (<see cref="SecondPlacement"/>) and to average the maps; the tokens are those of
    /// the first run.
    /// </param>
    /// <returns>The batch, owned by the caller; any thread may complete it.</returns>
    public NetworkBatch Begin(IReadOnlyList<TilePixels> tiles, int placements = 1)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentOutOfRangeException.ThrowIfZero(tiles.Count);
        return Begin(tiles.Count, TileGrid.TileSize, TileGrid.TileSize, i => tiles[i].Rgb, placements);
    }

    /// <summary>Runs tiles and waits.</summary>
    /// <param name="tiles">One or more tiles; they stay with the caller.</param>
    /// <param name="placements">As above.</param>
    /// <returns>One result per tile, in order, each owned by the caller.</returns>
    public IReadOnlyList<NetworkResult> Run(IReadOnlyList<TilePixels> tiles, int placements = 1)
    {
        using NetworkBatch batch = Begin(tiles, placements);
        return batch.Complete();
    }

    /// <summary>Begins to run images of any size that the model's patches divide.</summary>
    /// <param name="images">Interleaved RGB, row by row; one or more.</param>
    /// <param name="width">Width in px.</param>
    /// <param name="height">Height in px.</param>
    /// <param name="placements">As for tiles.</param>
    /// <inheritdoc cref="Begin(IReadOnlyList{TilePixels}, int)" path="/returns"/>
    public NetworkBatch Begin(IReadOnlyList<ReadOnlyMemory<byte>> images, int width, int height, int placements = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count);
        return Begin(images.Count, width, height, i => images[i].Span, placements);
    }

    /// <summary>Runs images of any size that the model's patches divide, and waits.</summary>
    /// <param name="images">Interleaved RGB, row by row.</param>
    /// <param name="width">Width in px.</param>
    /// <param name="height">Height in px.</param>
    /// <param name="placements">As for tiles.</param>
    /// <returns>One result per image, in order, each owned by the caller.</returns>
    public IReadOnlyList<NetworkResult> Run(IReadOnlyList<ReadOnlyMemory<byte>> images, int width, int height, int placements = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
        {
            return [];
        }

        using NetworkBatch batch = Begin(images, width, height, placements);
        return batch.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _normalizer.Dispose();
        lock (_gate)
        {
            _disposed = true;
            while (_staging.TryPop(out StagingBuffers? staging))
            {
                staging.Dispose();
            }
        }
    }

    private NetworkBatch Begin(int count, int width, int height, InputNormalizer.PixelSource pixels, int placements)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(placements, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(placements, 2);
        long start = Stopwatch.GetTimestamp();
        StagingBuffers? staging = _model.Device.IsCuda ? TakeStaging() : null;
        try
        {
            staging?.Begin();
            HostOutputs outputs = Compute(count, width, height, pixels, placements, staging);
            staging?.AllBegun();
            return new NetworkBatch(count, outputs, staging, (all, image) => ToResult(all, image, width, height), GiveBack)
            {
                DeviceSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            };
        }
        catch
        {
            if (staging is not null)
            {
                // The pixels may be on their way yet.
                staging.AllBegun();
                staging.WaitForCopies();
                GiveBack(staging);
            }

            throw;
        }
    }

    private StagingBuffers TakeStaging()
    {
        lock (_gate)
        {
            return _staging.TryPop(out StagingBuffers? free) ? free : new StagingBuffers(_model.Device);
        }
    }

    private void GiveBack(StagingBuffers staging)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                staging.Dispose();
            }
            else
            {
                _staging.Push(staging);
            }
        }
    }

    private HostOutputs Compute(int count, int width, int height, InputNormalizer.PixelSource pixels, int placements, StagingBuffers? staging)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Tensor input = _normalizer.Normalize(count, width, height, pixels, staging);
        using NetworkOutput output = _model.Forward(input, _branches);
        Tensor distances = output.DistanceMap!;                                               // [B, 2, H, W]
        Tensor probabilities = softmax(output.NucleiBinaryMap!, dim: 1);                      // [B, 2, H, W]
        Tensor? types = output.NucleiTypeMap is { } logits ? softmax(logits, dim: 1) : null;  // [B, C, H, W]
        if (placements == 2)
        {
            var placement = new SecondPlacement(_model.Configuration.PatchSize / 2);
            using NetworkOutput second = _model.Forward(placement.Move(input), _branches);
            placement.Average(distances, second.DistanceMap!);
            placement.Average(probabilities, softmax(second.NucleiBinaryMap!, dim: 1));
            if (types is not null)
            {
                placement.Average(types, softmax(second.NucleiTypeMap!, dim: 1));
            }
        }

        Tensor nucleus = (probabilities[.., 1] > probabilities[.., 0]).to(ScalarType.Byte);   // [B, H, W], ties are background
        return new HostOutputs(
            Keep("nucleus", nucleus)!,
            Keep("distances", distances)!,
            Keep("tokens", output.Tokens)!,
            Keep("class", types?.argmax(1, false).to(ScalarType.Byte)),                       // [B, H, W]
            Keep("class probability", _keepClassProbabilities && types is not null ? InByteUnits(types) : null),
            Keep("nucleus probability", _keepProbability ? probabilities[.., 1] : null));

        Tensor? Keep(string name, Tensor? source)
        {
            if (source is null)
            {
                return null;
            }

            Tensor packed = source.contiguous();
            return scope.Detach(staging is null ? packed : staging.Fetch(name, packed));
        }
    }

    private NetworkResult ToResult(HostOutputs outputs, int image, int width, int height)
    {
        int pixels = width * height;
        var maps = new NetworkMaps
        {
            Width = width,
            Height = height,
            Nucleus = HostOutputs.Copy<byte>(outputs.Nucleus, image, 0, pixels),
            Horizontal = HostOutputs.Copy<float>(outputs.Distances, image, 0, pixels),
            Vertical = HostOutputs.Copy<float>(outputs.Distances, image, 1, pixels),
            Class = outputs.Class is null ? Fill(pixels, _fillClass) : HostOutputs.Copy<byte>(outputs.Class, image, 0, pixels),
            ClassProbability = outputs.ClassProbability is not { } classes
                ? null
                : [.. Enumerable.Range(0, (int)classes.shape[1]).Select(id => HostOutputs.Copy<byte>(classes, image, id, pixels))],
            NucleusProbability = outputs.NucleusProbability is null ? null : HostOutputs.Copy<float>(outputs.NucleusProbability, image, 0, pixels),
        };
        return new NetworkResult(maps, ToTokenMap(outputs.Tokens, image, width));
    }

    private TokenMap ToTokenMap(Tensor tokens, int image, int imageWidth)
    {
        NetworkConfiguration network = _model.Configuration;
        double scale = network.EncoderSide(imageWidth) / (double)imageWidth;
        (int width, int rows, int columns) = ((int)tokens.shape[1], (int)tokens.shape[2], (int)tokens.shape[3]);
        return new TokenMap(HostOutputs.Copy<float>(tokens, image, 0, width * rows * columns), width, rows, columns, network.PatchSize, scale);
    }

    /// <summary>Probabilities as whole numbers of 1/255, rounded to the nearest: a quarter of the bytes, and exact to add.</summary>
    private static Tensor InByteUnits(Tensor probabilities) => probabilities.mul_(255).round_().to(ScalarType.Byte);

    private static byte[] Fill(int length, byte value)
    {
        byte[] filled = ExactArrays.Rent<byte>(length);
        Array.Fill(filled, value);
        return filled;
    }
}
