using CellVitCluster.Model.Decoders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// The token-wise half of a transformer block: widen, exact GELU, narrow. When gated, the first half of the hidden values, after GELU, multiplies
/// the second half; the foundation models were trained with SiLU there, the published CellViT networks run, and were trained, with GELU.
/// Source: spec/model.md §3.2, §3.3, §3.5.
/// </summary>
internal sealed class Perceptron : Module<Tensor, Tensor>, IPreparable
{
    private readonly bool _isGated;
    private readonly TokenLinear _widen;
    private readonly TokenLinear _narrow;

    /// <summary>Builds the layers.</summary>
    /// <param name="width">Width of a token.</param>
    /// <param name="hiddenWidth">Outputs of the first layer; when gated, both halves together.</param>
    /// <param name="layerName">Key of the layers in checkpoints, without their number: <c>fc</c>, or <c>lin</c> in SAM's.</param>
    /// <param name="isGated">Whether half of the hidden values gate the other half.</param>
    public Perceptron(int width, int hiddenWidth, string layerName = "fc", bool isGated = false)
        : base(nameof(Perceptron))
    {
        _isGated = isGated;
        _widen = Layer(layerName + "1", width, hiddenWidth);
        _narrow = Layer(layerName + "2", isGated ? hiddenWidth / 2 : hiddenWidth, width);
    }

    /// <inheritdoc/>
    public void Prepare(PreparationOptions options)
    {
        _widen.Prepare(options);
        _narrow.Prepare(options);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, …, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = _widen.Forward(x);                                                    // [B, …, hidden]
        return scope.MoveToOuter(_narrow.Forward(_isGated ? Gate(hidden) : functional.gelu(hidden, inplace: true)));
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

    private static Tensor Gate(Tensor hidden)
    {
        Tensor[] halves = hidden.chunk(2, dim: -1);                                           // 2 × [B, …, hidden / 2]
        return functional.gelu(halves[0]).mul_(halves[1]);
    }

    private TokenLinear Layer(string name, int inputs, int outputs)
    {
        Linear layer = Linear(inputs, outputs);
        register_module(name, layer);
        return new TokenLinear(layer);
    }
}
