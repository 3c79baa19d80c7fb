using CellVitCluster.Model.Decoders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// Perceptron whose first half of hidden values, after exact GELU, multiplies the second half. The foundation models were trained with SiLU
/// there; the published CellViT networks run, and were trained, with GELU. Source: spec/model.md §3.5.
/// </summary>
internal sealed class GatedPerceptron : Module<Tensor, Tensor>, IPreparable
{
    private readonly TokenLinear _widen;
    private readonly TokenLinear _narrow;
    private readonly Linear fc1;
    private readonly Linear fc2;

    /// <summary>Builds the layers.</summary>
    /// <param name="width">Width of a token.</param>
    /// <param name="hiddenWidth">Outputs of the first layer, both halves together.</param>
    public GatedPerceptron(int width, int hiddenWidth)
        : base(nameof(GatedPerceptron))
    {
        fc1 = Linear(width, hiddenWidth);
        fc2 = Linear(hiddenWidth / 2, width);
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
        Tensor[] halves = _widen.Forward(x).chunk(2, dim: -1);                                   // 2 × [B, N, hidden / 2]
        Tensor gated = functional.gelu(halves[0]).mul_(halves[1]);
        return scope.MoveToOuter(_narrow.Forward(gated));
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
