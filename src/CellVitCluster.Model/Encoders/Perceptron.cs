using CellVitCluster.Model.Decoders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>The token-wise half of a transformer block: widen, exact GELU, narrow.</summary>
internal sealed class Perceptron : Module<Tensor, Tensor>, IPreparable
{
    private readonly TokenLinear _widen;
    private readonly TokenLinear _narrow;
    private readonly Linear fc1;
    private readonly Linear fc2;

    public Perceptron(int width, int hiddenWidth)
        : base(nameof(Perceptron))
    {
        fc1 = Linear(width, hiddenWidth);
        fc2 = Linear(hiddenWidth, width);
        _widen = new TokenLinear(fc1);
        _narrow = new TokenLinear(fc2);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public void Prepare(PreparationOptions options)
    {
        _widen.Prepare(options);
        _narrow.Prepare(options);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, N, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = functional.gelu(_widen.Forward(x), inplace: true);                       // [B, N, ratio · D]
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
