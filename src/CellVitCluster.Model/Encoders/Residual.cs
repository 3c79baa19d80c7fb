using static TorchSharp.torch;

namespace CellVitCluster.Model.Encoders;

/// <summary>The stream that blocks add to; fp32 whatever the blocks compute in. Source: spec/model.md §7.</summary>
internal static class Residual
{
    /// <summary>The stream with a block's change added.</summary>
    /// <param name="stream">fp32.</param>
    /// <param name="change">Of the block's precision; overwritten when it is fp32.</param>
    public static Tensor Add(Tensor stream, Tensor change) => change.dtype == stream.dtype ? change.add_(stream) : stream.add(change);
}
