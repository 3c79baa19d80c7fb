using System.Runtime.InteropServices;
using CellVitCluster.Model.Decoders;
using CellVitCluster.Model.Devices;
using CellVitCluster.Model.Products;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// A linear layer on tokens: the library's, or our own product where that is faster. The module keeps the checkpoint's names; when our product
/// takes the weights over, the module gives them up, so that they exist once.
/// </summary>
/// <param name="module">Layer with the weights; it stays with its owner.</param>
internal sealed class TokenLinear(Linear module) : IDisposable
{
    private PackedLinear? _packed;
    private int _threads;

    /// <summary>Chooses the form; once, after the weights are loaded.</summary>
    public void Prepare(PreparationOptions options)
    {
        if (options.Precision != Precision.Single || !options.PrefersOwnProducts || !PackedLinear.IsSupported || module.bias is null)
        {
            return;
        }

        _threads = options.Threads;
        Parameter weight = module.weight!;
        _packed = new PackedLinear(
            MemoryMarshal.Cast<byte, float>(weight.bytes), MemoryMarshal.Cast<byte, float>(module.bias.bytes), (int)weight.shape[1]);
        module.weight = new Parameter(empty(0, weight.shape[1]), requires_grad: false);
        weight.Dispose();
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x"><c>[…, in]</c>.</param>
    /// <returns><c>[…, out]</c>, in the current dispose scope.</returns>
    public Tensor Forward(Tensor x)
    {
        if (_packed is null)
        {
            return module.forward(x);
        }

        using DisposeScope scope = NewDisposeScope();
        return scope.MoveToOuter(_packed.Forward(x.contiguous(), _threads));
    }

    /// <inheritdoc/>
    public void Dispose() => _packed?.Dispose();
}
