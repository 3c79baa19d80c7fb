using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>Layers that the baseline's encoders share.</summary>
internal static class PlainLayers
{
    public static Tensor Linear(IReadOnlyDictionary<string, Tensor> weights, string name, Tensor x) =>
        functional.linear(x, weights[name + ".weight"], weights[name + ".bias"]);

    public static Tensor Norm(IReadOnlyDictionary<string, Tensor> weights, string name, Tensor x) =>
        functional.layer_norm(x, [x.shape[^1]], weights[name + ".weight"], weights[name + ".bias"], eps: 1e-6);

    public static Tensor Perceptron(IReadOnlyDictionary<string, Tensor> weights, string widen, string narrow, Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        return scope.MoveToOuter(Linear(weights, narrow, functional.gelu(Linear(weights, widen, x))));
    }
}
