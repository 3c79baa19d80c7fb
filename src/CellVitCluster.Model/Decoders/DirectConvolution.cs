using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Decoders;

/// <summary>The library's own convolution. The weights stay with the module that owns them.</summary>
internal sealed class DirectConvolution(Conv2d convolution) : RectifiedConvolution
{
    /// <inheritdoc/>
    public override Tensor Run(Tensor x, Tensor? further)
    {
        if (further is null)
        {
            return convolution.forward(x).relu_();
        }

        // The library takes one map, and would pack weights that are cut in two anew in every pass.
        using Tensor joined = cat([x, further], dim: 1);
        return convolution.forward(joined).relu_();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
