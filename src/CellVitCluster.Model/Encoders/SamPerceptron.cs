using CellVitCluster.Model.Decoders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>As <see cref="Perceptron"/>, under the names that SAM's checkpoints use.</summary>
internal sealed class SamPerceptron : Module<Tensor, Tensor>, IPreparable
{
    private readonly TokenLinear _widen;
    private readonly TokenLinear _narrow;
    private readonly Linear lin1;
    private readonly Linear lin2;

    public SamPerceptron(int width, int hiddenWidth)
        : base(nameof(SamPerceptron))
    {
        lin1 = Linear(width, hiddenWidth);
        lin2 = Linear(hiddenWidth, width);
        _widen = new TokenLinear(lin1);
        _narrow = new TokenLinear(lin2);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public void Prepare(PreparationOptions options)
    {
        _widen.Prepare(options);
        _narrow.Prepare(options);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, T, T, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = functional.gelu(_widen.Forward(x), inplace: true);                      // [B, T, T, ratio · D]
        return scope.MoveToOuter(_narrow.Forward(hidden));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _widen.Dispose();
            _narrow.Dispose();
        }

        base.Dispose(disposing);
    }
}
