using CellVitCluster.Model.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// The encoder of <c>CellViTSAM</c>: no class token, tokens kept as a map, windows in most blocks, relative positions in all of them. The
/// position table is cut to the image, not resampled. Source: spec/model.md §3.3.
/// </summary>
internal sealed class SamEncoder : ImageEncoder
{
    /// <summary>Channels that the neck narrows the last map to, for the tissue head.</summary>
    public const int NeckWidth = 256;

    private readonly NetworkConfiguration _configuration;
    private readonly PatchEmbedding patch_embed;
    private readonly Parameter pos_embed;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly Sequential neck;

    public SamEncoder(NetworkConfiguration configuration)
        : base(nameof(SamEncoder))
    {
        (int width, int side) = (configuration.EmbeddingWidth, configuration.PositionGridSide);
        _configuration = configuration;
        patch_embed = new PatchEmbedding(configuration.PatchSize, width);
        pos_embed = Parameter(zeros(1, side, side, width));
        blocks = ModuleList(Enumerable.Range(0, configuration.Depth)
            .Select(block => new TransformerBlock(
                width,
                new SamAttention(width, configuration.Heads, configuration.GlobalBlocks.Contains(block) ? side : SamWindows.Side, configuration.GlobalBlocks.Contains(block)),
                new Perceptron(width, configuration.HiddenWidth, layerName: "lin")))
            .ToArray());
        neck = Sequential(
            Conv2d(width, NeckWidth, kernel_size: 1, bias: false),
            new ChannelNorm(NeckWidth),
            Conv2d(NeckWidth, NeckWidth, kernel_size: 3, padding: 1, bias: false),
            new ChannelNorm(NeckWidth));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override void UsePrecision(ScalarType precision)
    {
        foreach (var block in blocks)
        {
            block.UsePrecision(precision);
        }
    }

    /// <inheritdoc/>
    /// <returns>As tissue: the mean of the neck's map, <c>[B, 256]</c>; the head stands at the network's root.</returns>
    public override EncoderOutput Encode(Tensor image, bool wantsTissue)
    {
        Tensor patches = patch_embed.forward(image).permute(0, 2, 3, 1);                      // [B, T, T, D]
        Tensor tokens = patches + pos_embed[.., ..(int)patches.shape[1], ..(int)patches.shape[2]];
        var taps = new List<Tensor>();
        for (int block = 0; block < blocks.Count; block++)
        {
            Tensor next = blocks[block].forward(tokens);
            tokens.Dispose();
            tokens = next;
            if (_configuration.Taps.Contains(block + 1))
            {
                taps.Add(tokens.permute(0, 3, 1, 2));                                         // [B, D, T, T], a channels-last view
            }
        }

        return new EncoderOutput(image, taps, wantsTissue ? neck.forward(tokens.permute(0, 3, 1, 2)).mean([2, 3]) : null);
    }
}
