using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Decoders;

/// <summary>
/// In evaluation a batch norm is a fixed scale and shift per channel, which the convolution before it can take over. Computed in double, so
/// that the folded weights are rounded once.
/// </summary>
internal static class BatchNormFolding
{
    /// <summary>Changes the convolution so that it computes what convolution and norm computed together.</summary>
    public static void Fold(Conv2d convolution, BatchNorm2d norm)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor scale = norm.weight!.to(ScalarType.Float64) / (norm.running_var!.to(ScalarType.Float64) + norm.eps).sqrt();
        Tensor shift = norm.bias!.to(ScalarType.Float64) - (norm.running_mean!.to(ScalarType.Float64) * scale);
        Tensor weight = convolution.weight!;
        Tensor bias = convolution.bias!;
        weight.copy_(weight.to(ScalarType.Float64) * scale.reshape(-1, 1, 1, 1));
        bias.copy_((bias.to(ScalarType.Float64) * scale) + shift);
    }
}
