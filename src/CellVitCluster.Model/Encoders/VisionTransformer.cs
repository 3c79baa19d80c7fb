using CellVitCluster.Model.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// The vision transformer of all networks but SAM's: a class token, registers where there are some, learned positions resized to the image,
/// global attention, four taps on the raw residual stream. Source: spec/model.md §3.2, §3.4, §3.5.
/// </summary>
internal sealed class VisionTransformer : ImageEncoder
{
    /// <summary>Added to the variance in every layer norm of the encoder.</summary>
    public const double NormEpsilon = 1e-6;

    private readonly NetworkConfiguration _configuration;
    private readonly int _prefix;
    private readonly PositionTable _positions;
    private readonly PatchEmbedding patch_embed;
    private readonly Parameter cls_token;
    private readonly Parameter? reg_token;
    private readonly Parameter pos_embed;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;
    private readonly Linear? head;

    public VisionTransformer(NetworkConfiguration configuration)
        : base(nameof(VisionTransformer))
    {
        int width = configuration.EmbeddingWidth;
        int side = configuration.PositionGridSide;
        _configuration = configuration;
        _prefix = 1 + configuration.RegisterCount;
        _positions = new PositionTable(
            side, _prefix, configuration.Family == EncoderFamily.Foundation ? AntialiasedBicubicResize.Matrix : BicubicResize.Matrix);
        patch_embed = new PatchEmbedding(configuration.PatchSize, width);
        cls_token = Parameter(zeros(1, 1, width));
        reg_token = configuration.RegisterCount > 0 ? Parameter(zeros(1, configuration.RegisterCount, width)) : null;
        pos_embed = Parameter(zeros(1, _prefix + (side * side), width));
        blocks = ModuleList(Enumerable.Range(0, configuration.Depth)
            .Select(_ => new TransformerBlock(
                width,
                new Attention(width, configuration.Heads),
                new Perceptron(width, configuration.HiddenWidth, isGated: configuration.HasGatedPerceptron),
                scales: configuration.Family == EncoderFamily.Foundation))
            .ToArray());
        norm = LayerNorm(width, eps: NormEpsilon);
        head = configuration.TissueClassCount > 0 ? Linear(width, configuration.TissueClassCount) : null;
        RegisterComponents();
    }

    /// <summary>The position table for a square image; owned by this object.</summary>
    public Tensor ResizedPositions(int side) =>
        _positions.For(pos_embed, side / patch_embed.PatchSize, side / patch_embed.PatchSize);

    /// <inheritdoc/>
    public override void UsePrecision(ScalarType precision)
    {
        foreach (var block in blocks)
        {
            block.UsePrecision(precision);
        }
    }

    /// <inheritdoc/>
    public override EncoderOutput Encode(Tensor image, bool wantsTissue)
    {
        Tensor seen = Shrink(image);                                                          // [B, 3, H', W']
        Tensor patches = patch_embed.forward(seen);                                           // [B, D, T, T]
        (long batch, long width, long rows, long columns) = (patches.shape[0], patches.shape[1], patches.shape[2], patches.shape[3]);
        Tensor[] prefix = reg_token is null ? [cls_token] : [cls_token, reg_token];
        Tensor tokens = cat([.. prefix.Select(p => p.expand(batch, -1, -1)), patches.flatten(2).transpose(1, 2)], dim: 1)
            .add_(_positions.For(pos_embed, rows, columns));                                  // [B, prefix + T·T, D]
        var taps = new List<Tensor>();
        for (int block = 0; block < blocks.Count; block++)
        {
            Tensor next = blocks[block].forward(tokens);
            tokens.Dispose();
            tokens = next;
            if (_configuration.Taps.Contains(block + 1))
            {
                // A view: the tokens as they lie in memory are a channels-last map, which is what the decoders want.
                taps.Add(tokens[.., _prefix..].transpose(1, 2).reshape(batch, width, rows, columns));
            }
        }

        return new EncoderOutput(seen, taps, wantsTissue ? Tissue(tokens) : null);
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

    /// <summary>Area averages: every output pixel is the mean of the input pixels it touches. Source: spec/model.md §3.5.</summary>
    private Tensor Shrink(Tensor image)
    {
        if (!_configuration.ShrinksInput)
        {
            return image;
        }

        int side = _configuration.EncoderSide((int)image.shape[2]);
        return functional.adaptive_avg_pool2d(image, [side, side]);
    }

    /// <summary>
    /// Without a head the class token itself is the answer. Foundation networks carry a final norm that the published code never applies.
    /// </summary>
    private Tensor Tissue(Tensor tokens)                                                      // [B, prefix + T·T, D]
    {
        Tensor representative = tokens[.., 0];                                                // [B, D]
        representative = _configuration.Family == EncoderFamily.Foundation ? representative : norm.forward(representative);
        return head is null ? representative.clone() : head.forward(representative);
    }
}
