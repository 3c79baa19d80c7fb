using CellVitCluster.Model.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// The plain vision transformer of <c>CellViT</c>, <c>CellViT256</c> and <c>CellViTSlim</c>: one class token, learned positions resized to
/// the image, four taps on the raw residual stream. Source: spec/model.md §3.2.
/// </summary>
internal sealed class VisionTransformer : ImageEncoder
{
    /// <summary>Added to the variance in every layer norm of the encoder.</summary>
    public const double NormEpsilon = 1e-6;

    private readonly HashSet<int> _taps;
    private readonly PositionTable _positions;
    private readonly PatchEmbedding patch_embed;
    private readonly Parameter cls_token;
    private readonly Parameter pos_embed;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;
    private readonly Linear? head;

    public VisionTransformer(NetworkConfiguration configuration)
        : base(nameof(VisionTransformer))
    {
        int width = configuration.EmbeddingWidth;
        _taps = [.. configuration.Taps];
        _positions = new PositionTable(configuration.PositionGridSide);
        patch_embed = new PatchEmbedding(configuration.PatchSize, width);
        cls_token = Parameter(zeros(1, 1, width));
        pos_embed = Parameter(zeros(1, 1 + (configuration.PositionGridSide * configuration.PositionGridSide), width));
        blocks = ModuleList(Enumerable.Range(0, configuration.Depth)
            .Select(_ => new TransformerBlock(width, configuration.Heads, configuration.MlpRatio))
            .ToArray());
        norm = LayerNorm(width, eps: NormEpsilon);
        head = configuration.TissueClassCount > 0 ? Linear(width, configuration.TissueClassCount) : null;
        RegisterComponents();
    }

    /// <summary>The position table for a square image; owned by this object.</summary>
    public Tensor ResizedPositions(int side) =>
        _positions.For(pos_embed, side / patch_embed.PatchSize, side / patch_embed.PatchSize);

    /// <inheritdoc/>
    public override EncoderOutput Encode(Tensor image, bool wantsTissue)
    {
        Tensor patches = patch_embed.forward(image);                                          // [B, D, T, T]
        (long batch, long width, long rows, long columns) = (patches.shape[0], patches.shape[1], patches.shape[2], patches.shape[3]);
        Tensor tokens = cat([cls_token.expand(batch, -1, -1), patches.flatten(2).transpose(1, 2)], dim: 1)
            .add_(_positions.For(pos_embed, rows, columns));                                  // [B, 1 + T·T, D]
        var taps = new List<Tensor>();
        for (int block = 0; block < blocks.Count; block++)
        {
            Tensor next = blocks[block].forward(tokens);
            tokens.Dispose();
            tokens = next;
            if (_taps.Contains(block + 1))
            {
                // A view: the tokens as they lie in memory are a channels-last map, which is what the decoders want.
                taps.Add(tokens[.., 1..].transpose(1, 2).reshape(batch, width, rows, columns));
            }
        }

        return new EncoderOutput(taps, wantsTissue ? Tissue(tokens) : null);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _positions.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Without a head the normalized class token itself is the answer.</summary>
    private Tensor Tissue(Tensor tokens)                                                      // [B, 1 + T·T, D]
    {
        Tensor representative = norm.forward(tokens)[.., 0];                                  // [B, D]
        return head is null ? representative : head.forward(representative);
    }
}
