using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>The token-wise half of a transformer block: widen, exact GELU, narrow.</summary>
internal sealed class Perceptron : Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly Linear fc2;

    public Perceptron(int width, int hiddenWidth)
        : base(nameof(Perceptron))
    {
        fc1 = Linear(width, hiddenWidth);
        fc2 = Linear(hiddenWidth, width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, N, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = functional.gelu(fc1.forward(x), inplace: true);                       // [B, N, ratio · D]
        return scope.MoveToOuter(fc2.forward(hidden));
    }
}
