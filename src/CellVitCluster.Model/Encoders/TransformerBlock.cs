using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>A pre-norm transformer block. Source: spec/model.md §3.2.</summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly Attention attn;
    private readonly LayerNorm norm2;
    private readonly Perceptron mlp;

    public TransformerBlock(int width, int heads, int mlpRatio)
        : base(nameof(TransformerBlock))
    {
        norm1 = LayerNorm(width, eps: VisionTransformer.NormEpsilon);
        attn = new Attention(width, heads);
        norm2 = LayerNorm(width, eps: VisionTransformer.NormEpsilon);
        mlp = new Perceptron(width, mlpRatio * width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, N, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = attn.forward(norm1.forward(x)).add_(x);
        return scope.MoveToOuter(mlp.forward(norm2.forward(attended)).add_(attended));
    }
}
