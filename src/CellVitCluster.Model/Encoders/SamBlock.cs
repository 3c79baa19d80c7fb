using CellVitCluster.Model.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>A pre-norm block of SAM, on windows or on the whole image. Source: spec/model.md §3.3.</summary>
internal sealed class SamBlock : Module<Tensor, Tensor>
{
    private ScalarType _precision = ScalarType.Float32;
    private readonly LayerNorm norm1;
    private readonly SamAttention attn;
    private readonly LayerNorm norm2;
    private readonly SamPerceptron mlp;

    public SamBlock(NetworkConfiguration configuration, bool isGlobal)
        : base(nameof(SamBlock))
    {
        int width = configuration.EmbeddingWidth;
        norm1 = LayerNorm(width, eps: VisionTransformer.NormEpsilon);
        attn = new SamAttention(width, configuration.Heads, isGlobal ? configuration.PositionGridSide : SamWindows.Side, isGlobal);
        norm2 = LayerNorm(width, eps: VisionTransformer.NormEpsilon);
        mlp = new SamPerceptron(width, configuration.HiddenWidth);
        RegisterComponents();
    }

    /// <summary>Sets the format in which attention and perceptron compute.</summary>
    public void UsePrecision(ScalarType precision)
    {
        _precision = precision;
        attn.to(precision);
        mlp.to(precision);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, T, T, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = Residual.Add(x, attn.forward(norm1.forward(x).to(_precision)));
        return scope.MoveToOuter(Residual.Add(attended, mlp.forward(norm2.forward(attended).to(_precision))));
    }
}
