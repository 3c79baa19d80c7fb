using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Networks;

/// <summary>Memory layout with the channels of a pixel side by side, in which convolutions on CPUs and GPUs run fastest.</summary>
internal static class ChannelsLast
{
    /// <summary>Lays the weights of a convolution out channels-last; their shape and values stay.</summary>
    public static void Apply(Convolution convolution)
    {
        using IDisposable frozen = no_grad();
        Parameter weight = convolution.weight!;
        using Tensor moved = weight.permute(0, 2, 3, 1);
        using Tensor packed = moved.contiguous();
        using Tensor restored = packed.permute(0, 3, 1, 2);
        convolution.weight = new Parameter(restored, requires_grad: false);
        weight.Dispose();
    }
}
