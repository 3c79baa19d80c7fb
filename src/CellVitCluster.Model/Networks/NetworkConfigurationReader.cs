using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.Model.Networks;

/// <summary>
/// Derives the structure of a network from a checkpoint. The published classes fix their sizes in code; settings of the general class
/// <c>CellViT</c>, where a checkpoint states them, go first, so that reduced networks can be run. Source: spec/model.md §2.
/// </summary>
internal sealed class NetworkConfigurationReader(Checkpoint checkpoint, string name)
{
    private const string PositionKey = "encoder.pos_embed";
    private const double PublishedMlpRatio = 4;

    /// <summary>Gives 6832 for the published width of 1280.</summary>
    private const double GatedMlpRatio = 5.3375;

    private readonly CheckpointConfiguration _settings = checkpoint.Configuration;

    /// <summary>Reads everything.</summary>
    /// <exception cref="ModelException"><see cref="ErrorCode.CheckpointMismatch"/>.</exception>
    public NetworkConfiguration Read() => checkpoint.Architecture switch
    {
        "CellViT" => Build(EncoderFamily.Plain, Size(null)),
        "CellViT256" => Build(EncoderFamily.Plain, Size(EncoderSize.Small)),
        "CellViTSAM" => Build(EncoderFamily.SegmentAnything, Size(SegmentAnythingSize())),
        "CellViTSlim" => Slim(),
        "CellViTUNI" => Build(EncoderFamily.Foundation, Size(EncoderSize.Large)),
        "CellViTVirchow" => Virchow(registers: 0),
        "CellViTVirchow2" => Virchow(registers: 4),
        _ => throw Mismatch(
            $"Its architecture is '{checkpoint.Architecture}'; this version runs {string.Join(", ", NetworkConfiguration.Supported)}.",
            "Choose a model of a supported architecture."),
    };

    private NetworkConfiguration Slim()
    {
        int[] channels = [.. Blocks("model.decoder_channels") ?? []];
        if (channels.Length != 4)
        {
            throw Mismatch($"Setting 'model.decoder_channels' has {channels.Length} numbers; four are needed.");
        }

        NetworkConfiguration published = Build(EncoderFamily.Plain, Size(null));
        return published with
        {
            PatchSize = _settings.Int32("model.patch_size") ?? published.PatchSize,
            HiddenWidth = published.EmbeddingWidth * (_settings.Int32("model.mlp_ratio") ?? (int)PublishedMlpRatio),
            Widths = new DecoderWidths(
                Required("model.skip_dim_11"), Required("model.skip_dim_12"), Required("model.bottleneck_dim"), channels[0], channels[1], channels[2], channels[3]),
        };
    }

    private NetworkConfiguration Virchow(int registers)
    {
        NetworkConfiguration network = Build(EncoderFamily.Foundation, Size(EncoderSize.Huge), registers);
        return network with
        {
            PatchSize = 14,
            HiddenWidth = (int)(network.EmbeddingWidth * GatedMlpRatio),
            HasGatedPerceptron = true,
            ShrinksInput = true,
        };
    }

    /// <summary>The published size by its name, or null when the sizes are stated one by one.</summary>
    private EncoderSize? SegmentAnythingSize()
    {
        const string setting = "model.backbone";
        string? backbone = _settings.Text(setting);
        return EncoderSize.SegmentAnything.TryGetValue(backbone ?? string.Empty, out EncoderSize? size) || _settings.Int32("model.embed_dim") is not null
            ? size
            : throw Mismatch($"Setting '{setting}' is {(backbone is null ? "missing" : $"'{backbone}'")}; {string.Join(", ", EncoderSize.SegmentAnything.Keys)} are known.");
    }

    private EncoderSize Size(EncoderSize? published) => new(
        _settings.Int32("model.embed_dim") ?? published?.Width ?? Required("model.embed_dim"),
        _settings.Int32("model.depth") ?? published?.Depth ?? Required("model.depth"),
        _settings.Int32("model.num_heads") ?? published?.Heads ?? Required("model.num_heads"),
        Blocks("model.extract_layers") ?? published?.Taps ?? [],
        Blocks("model.global_attn_indexes") ?? published?.GlobalBlocks ?? []);

    private IReadOnlyList<int>? Blocks(string path) => _settings.Numbers(path) is { } numbers ? [.. numbers.Select(v => (int)v)] : null;

    private NetworkConfiguration Build(EncoderFamily family, EncoderSize size, int registers = 0)
    {
        (int width, int depth, int heads) = (size.Width, size.Depth, size.Heads);
        int[] taps = [.. size.Taps.Distinct().Order()];
        if (width < 1 || heads < 1 || taps.Length != 4 || taps[0] < 1 || taps[^1] > depth || width % heads != 0)
        {
            throw Mismatch($"Blocks [{string.Join(", ", taps)}] of {depth} and {heads} heads for width {width} do not make a CellViT: four different blocks and a width divisible by the heads are needed.");
        }

        return new NetworkConfiguration
        {
            Architecture = checkpoint.Architecture,
            Family = family,
            PatchSize = 16,
            EmbeddingWidth = width,
            Depth = depth,
            Heads = heads,
            Taps = taps,
            GlobalBlocks = family == EncoderFamily.SegmentAnything ? GlobalBlocks(size) : [],
            HiddenWidth = (int)(width * PublishedMlpRatio),
            HasGatedPerceptron = false,
            RegisterCount = registers,
            ShrinksInput = false,
            PositionGridSide = family == EncoderFamily.SegmentAnything ? SideOfGrid() : SideOfSequence(1 + registers),
            Widths = DecoderWidths.Published(width),
            ClassCount = Required("data.num_nuclei_classes"),
            TissueClassCount = _settings.Int32("data.num_tissue_classes") ?? 0,
            HasRegression = _settings.Boolean("model.regression_loss") ?? false,
            Mean = ColorTriple("transformations.normalize.mean"),
            StandardDeviation = ColorTriple("transformations.normalize.std"),
            ClassNames = ClassNames(),
        };
    }

    private int[] GlobalBlocks(EncoderSize size) =>
        size.GlobalBlocks.Count > 0 && size.GlobalBlocks.All(b => b >= 0 && b < size.Depth)
            ? [.. size.GlobalBlocks.Distinct().Order()]
            : throw Mismatch($"Setting 'model.global_attn_indexes' is [{string.Join(", ", size.GlobalBlocks)}]; one or more of the blocks 0 to {size.Depth - 1} are needed.");

    private IReadOnlyList<long> PositionShape() => checkpoint.Find(PositionKey)?.Shape ?? throw Mismatch($"Tensor '{PositionKey}' is missing.");

    /// <summary>Positions as one sequence: entries of prefix tokens, then a square grid.</summary>
    private int SideOfSequence(int prefix)
    {
        IReadOnlyList<long> shape = PositionShape();
        int side = shape.Count == 3 && shape[1] > prefix ? (int)Math.Sqrt(shape[1] - prefix) : 0;
        return side > 0 && ((long)side * side) + prefix == shape[1]
            ? side
            : throw Mismatch($"Tensor '{PositionKey}' has shape [{string.Join(", ", shape)}]; {(prefix == 1 ? "one entry" : $"{prefix} entries")} and a square grid are needed.");
    }

    private int SideOfGrid()
    {
        IReadOnlyList<long> shape = PositionShape();
        return shape is [1, > 0 and <= 4096 and var rows, var columns, _] && rows == columns
            ? (int)rows
            : throw Mismatch($"Tensor '{PositionKey}' has shape [{string.Join(", ", shape)}]; a square grid is needed.");
    }

    private int Required(string path) => _settings.Int32(path) is > 0 and { } value
        ? value
        : throw Mismatch($"Setting '{path}' is missing or not a positive whole number.");

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

    private ModelException Mismatch(string why, string remedy = "Use a checkpoint that was saved together with its configuration.") =>
        new(ErrorCode.CheckpointMismatch, $"Cannot build a network from checkpoint '{name}'.", why, remedy);
}
