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

    /// <summary>What the encoder computes.</summary>
    public required EncoderFamily Family { get; init; }

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

    /// <summary>Blocks that attend to the whole image instead of windows, counted from 0; empty when the family has no windows.</summary>
    public required IReadOnlyList<int> GlobalBlocks { get; init; }

    /// <summary>Outputs of the first layer of a block's perceptron; of a gated one, both halves together.</summary>
    public required int HiddenWidth { get; init; }

    /// <summary>Whether half of the hidden values gate the other half.</summary>
    public required bool HasGatedPerceptron { get; init; }

    /// <summary>Tokens beside the class token that belong to no patch.</summary>
    public required int RegisterCount { get; init; }

    /// <summary>Whether images are shrunk inside the network to sides that the patches divide.</summary>
    public required bool ShrinksInput { get; init; }

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

    /// <summary>Whether height and width of an image may differ.</summary>
    public bool TakesOblongs => Family != EncoderFamily.SegmentAnything && !ShrinksInput;

    /// <summary>Architectures this version can build.</summary>
    public static IReadOnlyList<string> Supported { get; } =
        ["CellViT", "CellViT256", "CellViTSAM", "CellViTSlim", "CellViTUNI", "CellViTVirchow", "CellViTVirchow2"];

    /// <summary>Side in px on which the encoder, and so the grid of tokens, works.</summary>
    /// <param name="side">Height or width of an image in px.</param>
    /// <exception cref="ArgumentException">The network does not take images of this side.</exception>
    public int EncoderSide(int side) => InputSides.Encoder(this, side)
        ?? throw new ArgumentException($"A side of {side} px does not suit the network, which takes {InputSides.Describe(this)}.", nameof(side));

    /// <summary>Reads the structure from a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">Name of the file for error messages.</param>
    /// <exception cref="ModelException">
    /// The architecture is not supported, or a setting is missing or impossible (<see cref="ErrorCode.CheckpointMismatch"/>).
    /// </exception>
    public static NetworkConfiguration From(Checkpoint checkpoint, string name)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return new NetworkConfigurationReader(checkpoint, name).Read();
    }
}
