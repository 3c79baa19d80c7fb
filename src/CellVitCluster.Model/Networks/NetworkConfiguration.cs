using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.Model.Networks;

/// <summary>
/// Everything that fixes the structure of a network, and how its input is normalized. Derived from a checkpoint alone, so that a bare weights
/// file can be run. Source: spec/model.md §2.1, §2.2, §3.1, §4.1.
/// </summary>
public sealed record NetworkConfiguration
{
    /// <summary>Class name in the checkpoint.</summary>
    public required string Architecture { get; init; }

    /// <summary>Side of a patch (token) in px.</summary>
    public required int PatchSize { get; init; }

    /// <summary>Width of a token.</summary>
    public required int EmbeddingWidth { get; init; }

    /// <summary>Number of transformer blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>Number of attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>The four blocks whose output feeds the decoders, counted from 1, ascending.</summary>
    public required IReadOnlyList<int> Taps { get; init; }

    /// <summary>Hidden width of a block's perceptron divided by the embedding width.</summary>
    public required int MlpRatio { get; init; }

    /// <summary>Side in patches of the stored position table.</summary>
    public required int PositionGridSide { get; init; }

    /// <summary>Channels inside the decoders.</summary>
    public required DecoderWidths Widths { get; init; }

    /// <summary>Channels of the type branch, background included.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Number of tissue classes; 0 when the network has no tissue head.</summary>
    public required int TissueClassCount { get; init; }

    /// <summary>Whether the nucleus branch has two more channels for the regression map.</summary>
    public required bool HasRegression { get; init; }

    /// <summary>Mean per color channel of pixel / 255.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Standard deviation per color channel of pixel / 255.</summary>
    public required IReadOnlyList<float> StandardDeviation { get; init; }

    /// <summary>Nucleus classes by id, background included; empty when the checkpoint does not name them.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Architectures this version can build.</summary>
    public static IReadOnlyList<string> Supported { get; } = ["CellViT", "CellViT256", "CellViTSlim"];

    /// <summary>Reads the structure from a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">Name of the file for error messages.</param>
    /// <exception cref="ModelException">
    /// The architecture is not supported, or a setting is missing or impossible (<see cref="ErrorCode.CheckpointMismatch"/>).
    /// </exception>
    public static NetworkConfiguration From(Checkpoint checkpoint, string name)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var reader = new Reader(checkpoint, name);
        return checkpoint.Architecture switch
        {
            "CellViT256" => reader.Published(width: 384, depth: 12, heads: 6, taps: [3, 6, 9, 12]),
            "CellViT" => reader.Published(
                reader.Required("model.embed_dim"), reader.Required("model.depth"), reader.Required("model.num_heads"), reader.Taps()),
            "CellViTSlim" => reader.Slim(),
            _ => throw reader.Mismatch(
                $"Its architecture is '{checkpoint.Architecture}'; this version runs {string.Join(", ", Supported)}.",
                "Choose a model of a supported architecture."),
        };
    }

    private sealed class Reader(Checkpoint checkpoint, string name)
    {
        private const int PublishedPatchSize = 16;
        private const int PublishedMlpRatio = 4;

        private readonly CheckpointConfiguration _settings = checkpoint.Configuration;

        public NetworkConfiguration Published(int width, int depth, int heads, IReadOnlyList<int> taps) =>
            Build(width, depth, heads, taps, PublishedPatchSize, PublishedMlpRatio, DecoderWidths.Published(width));

        public NetworkConfiguration Slim()
        {
            int[] channels = [.. (_settings.Numbers("model.decoder_channels") ?? []).Select(v => (int)v)];
            if (channels.Length != 4)
            {
                throw Mismatch($"Setting 'model.decoder_channels' has {channels.Length} numbers; four are needed.");
            }

            var widths = new DecoderWidths(
                Required("model.skip_dim_11"), Required("model.skip_dim_12"), Required("model.bottleneck_dim"), channels[0], channels[1], channels[2], channels[3]);
            return Build(
                Required("model.embed_dim"),
                Required("model.depth"),
                Required("model.num_heads"),
                Taps(),
                _settings.Int32("model.patch_size") ?? PublishedPatchSize,
                _settings.Int32("model.mlp_ratio") ?? PublishedMlpRatio,
                widths);
        }

        public int Required(string path) => _settings.Int32(path) is > 0 and { } value
            ? value
            : throw Mismatch($"Setting '{path}' is missing or not a positive whole number.");

        public IReadOnlyList<int> Taps() => [.. (_settings.Numbers("model.extract_layers") ?? []).Select(v => (int)v).Distinct().Order()];

        public ModelException Mismatch(string why, string remedy = "Use a checkpoint that was saved together with its configuration.") =>
            new(ErrorCode.CheckpointMismatch, $"Cannot build a network from checkpoint '{name}'.", why, remedy);

        private NetworkConfiguration Build(int width, int depth, int heads, IReadOnlyList<int> taps, int patchSize, int mlpRatio, DecoderWidths widths)
        {
            if (taps.Count != 4 || taps[0] < 1 || taps[^1] > depth || width % heads != 0)
            {
                throw Mismatch($"Blocks [{string.Join(", ", taps)}] of {depth} and {heads} heads for width {width} do not make a CellViT: four different blocks and a width divisible by the heads are needed.");
            }

            return new NetworkConfiguration
            {
                Architecture = checkpoint.Architecture,
                PatchSize = patchSize,
                EmbeddingWidth = width,
                Depth = depth,
                Heads = heads,
                Taps = taps,
                MlpRatio = mlpRatio,
                PositionGridSide = PositionGridSide(),
                Widths = widths,
                ClassCount = Required("data.num_nuclei_classes"),
                TissueClassCount = _settings.Int32("data.num_tissue_classes") ?? 0,
                HasRegression = _settings.Boolean("model.regression_loss") ?? false,
                Mean = ColorTriple("transformations.normalize.mean"),
                StandardDeviation = ColorTriple("transformations.normalize.std"),
                ClassNames = ClassNames(),
            };
        }

        private int PositionGridSide()
        {
            const string key = "encoder.pos_embed";
            IReadOnlyList<long> shape = checkpoint.Find(key)?.Shape ?? throw Mismatch($"Tensor '{key}' is missing.");
            int side = shape.Count == 3 ? (int)Math.Sqrt(shape[1] - 1) : 0;
            return side > 0 && (side * side) + 1 == shape[1]
                ? side
                : throw Mismatch($"Tensor '{key}' has shape [{string.Join(", ", shape)}]; one entry and a square grid are needed.");
        }

        private IReadOnlyList<float> ColorTriple(string path)
        {
            IReadOnlyList<double> values = _settings.Numbers(path) ?? [0.5, 0.5, 0.5];
            return values.Count == 3 && values.All(double.IsFinite) && (path.EndsWith("mean", StringComparison.Ordinal) || values.All(v => v > 0))
                ? [.. values.Select(v => (float)v)]
                : throw Mismatch($"Setting '{path}' is [{string.Join(", ", values)}]; three numbers are needed.");
        }

        private string[] ClassNames()
        {
            IReadOnlyList<(int Id, string Name)> named = _settings.NamedIds("dataset_config.nuclei_types");
            return [.. (named.Count > 0 ? named : _settings.NamedIds("data.nuclei_types")).Select(e => e.Name)];
        }
    }
}
