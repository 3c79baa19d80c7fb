using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>A pre-norm transformer block, with or without a learned scale on what it adds. Source: spec/model.md §3.2, §3.3, §3.4.</summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor>
{
    private ScalarType _precision = ScalarType.Float32;
    private readonly LayerNorm norm1;
    private readonly Module<Tensor, Tensor> attn;
    private readonly LayerNorm norm2;
    private readonly Perceptron mlp;
    private readonly LayerScale? ls1;
    private readonly LayerScale? ls2;

    /// <summary>Builds the block.</summary>
    /// <param name="width">Width of a token.</param>
    /// <param name="attention">Its attention.</param>
    /// <param name="perceptron">Its perceptron.</param>
    /// <param name="scales">Whether what it adds is scaled.</param>
    public TransformerBlock(int width, Module<Tensor, Tensor> attention, Perceptron perceptron, bool scales = false)
        : base(nameof(TransformerBlock))
    {
        norm1 = LayerNorm(width, eps: VisionTransformer.NormEpsilon);
        attn = attention;
        norm2 = LayerNorm(width, eps: VisionTransformer.NormEpsilon);
        mlp = perceptron;
        ls1 = scales ? new LayerScale(width) : null;
        ls2 = scales ? new LayerScale(width) : null;
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
    public override Tensor forward(Tensor x)                                                  // [B, …, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = Add(x, attn.forward(norm1.forward(x).to(_precision)), ls1);
        return scope.MoveToOuter(Add(attended, mlp.forward(norm2.forward(attended).to(_precision)), ls2));
    }

    private static Tensor Add(Tensor x, Tensor change, LayerScale? scale) => scale is null ? Residual.Add(x, change) : scale.AddTo(x, change);
}
