using System.Runtime.InteropServices;
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

    /// <summary>Runs tiles.</summary>
    /// <param name="tiles">One or more tiles; they stay with the caller.</param>
    /// <param name="placements">
    /// 1, or 2 to run every tile a second time half a patch further (<see cref="SecondPlacement"/>) and to average the maps; the tokens are those of
    /// the first run.
    /// </param>
    /// <returns>One result per tile, in order, each owned by the caller.</returns>
    public IReadOnlyList<NetworkResult> Run(IReadOnlyList<TilePixels> tiles, int placements = 1)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        return Run(tiles.Count, TileGrid.TileSize, TileGrid.TileSize, i => tiles[i].Rgb, placements);
    }

    /// <summary>Runs images of any size that the model's patches divide.</summary>
    /// <param name="images">Interleaved RGB, row by row.</param>
    /// <param name="width">Width in px.</param>
    /// <param name="height">Height in px.</param>
    /// <param name="placements">As for tiles.</param>
    /// <inheritdoc cref="Run(IReadOnlyList{TilePixels}, int)" path="/returns"/>
    public IReadOnlyList<NetworkResult> Run(IReadOnlyList<ReadOnlyMemory<byte>> images, int width, int height, int placements = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Run(images.Count, width, height, i => images[i].Span, placements);
    }

    /// <inheritdoc/>
    public void Dispose() => _normalizer.Dispose();

    private NetworkResult[] Run(int count, int width, int height, InputNormalizer.PixelSource pixels, int placements)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(placements, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(placements, 2);
        if (count == 0)
        {
            return [];
        }

        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Tensor input = _normalizer.Normalize(count, width, height, pixels);
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

        Tensor nucleus = probabilities[.., 1] > probabilities[.., 0];                         // [B, H, W], ties are background
        Tensor? classes = types?.argmax(1, false).to(ScalarType.Byte);                        // [B, H, W]
        Tensor? classProbabilities = _keepClassProbabilities && types is not null ? InByteUnits(types) : null;
        var results = new NetworkResult[count];
        for (int i = 0; i < count; i++)
        {
            var maps = new NetworkMaps
            {
                Width = width,
                Height = height,
                Nucleus = Copy<byte>(nucleus[i]),
                Horizontal = Copy<float>(distances[i, 0]),
                Vertical = Copy<float>(distances[i, 1]),
                Class = classes is null ? Fill(height * width, _fillClass) : Copy<byte>(classes[i]),
                ClassProbability = classProbabilities is null ? null : CopyPlanes(classProbabilities[i]),
                NucleusProbability = _keepProbability ? Copy<float>(probabilities[i, 1]) : null,
            };
            results[i] = new NetworkResult(maps, ToTokenMap(output.Tokens[i], width));
        }

        return results;
    }

    private TokenMap ToTokenMap(Tensor tokens, int imageWidth)
    {
        NetworkConfiguration network = _model.Configuration;
        double scale = network.EncoderSide(imageWidth) / (double)imageWidth;
        return new TokenMap(Copy<float>(tokens), (int)tokens.shape[0], (int)tokens.shape[1], (int)tokens.shape[2], network.PatchSize, scale);
    }

    /// <summary>Probabilities as whole numbers of 1/255, rounded to the nearest: a quarter of the bytes, and exact to add.</summary>
    private static Tensor InByteUnits(Tensor probabilities) => probabilities.mul_(255).round_().to(ScalarType.Byte).contiguous();

    private static byte[][] CopyPlanes(Tensor source)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor local = source.cpu();                                                          // [C, H, W]
        var planes = new byte[local.shape[0]][];
        for (int i = 0; i < planes.Length; i++)
        {
            planes[i] = Copy<byte>(local[i]);
        }

        return planes;
    }

    private static T[] Copy<T>(Tensor source)
        where T : unmanaged
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor local = source.cpu().contiguous();
        T[] target = ExactArrays.Rent<T>((int)local.numel());
        local.bytes.CopyTo(MemoryMarshal.AsBytes(target.AsSpan()));
        return target;
    }

    private static byte[] Fill(int length, byte value)
    {
        byte[] filled = ExactArrays.Rent<byte>(length);
        Array.Fill(filled, value);
        return filled;
    }
}
