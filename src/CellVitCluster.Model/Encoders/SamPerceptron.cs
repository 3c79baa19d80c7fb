using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>As <see cref="Perceptron"/>, under the names that SAM's checkpoints use.</summary>
internal sealed class SamPerceptron : Module<Tensor, Tensor>
{
    private readonly Linear lin1;
    private readonly Linear lin2;

    public SamPerceptron(int width, int hiddenWidth)
        : base(nameof(SamPerceptron))
    {
        lin1 = Linear(width, hiddenWidth);
        lin2 = Linear(hiddenWidth, width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, T, T, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = functional.gelu(lin1.forward(x), inplace: true);                      // [B, T, T, ratio · D]
        return scope.MoveToOuter(lin2.forward(hidden));
    }
}
