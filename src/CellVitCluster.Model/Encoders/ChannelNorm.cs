using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>Layer norm over the channels of each pixel of a map: "LN2d" of spec/model.md §3.3.</summary>
internal sealed class ChannelNorm : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public ChannelNorm(int channels)
        : base(nameof(ChannelNorm))
    {
        weight = Parameter(ones(channels));
        bias = Parameter(zeros(channels));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor map)                                                // [B, C, H, W]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normalized = functional.layer_norm(
            map.permute(0, 2, 3, 1), [weight.shape[0]], weight, bias, VisionTransformer.NormEpsilon);
        return scope.MoveToOuter(normalized.permute(0, 3, 1, 2));
    }
}
