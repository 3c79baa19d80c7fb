using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>A learned factor per feature on what a block adds to the residual stream. Source: spec/model.md §3.4.</summary>
internal sealed class LayerScale : Module
{
    private readonly Parameter gamma;

    public LayerScale(int width)
        : base(nameof(LayerScale))
    {
        gamma = Parameter(zeros(width));
        RegisterComponents();
    }

    /// <summary><paramref name="x"/> plus the scaled change, in one pass over memory.</summary>
    public Tensor AddTo(Tensor x, Tensor change) => x.addcmul(change, gamma, 1);              // [B, N, D]
}
