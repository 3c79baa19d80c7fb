using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Decoders;

/// <summary>The library's own convolution. The weights stay with the module that owns them.</summary>
internal sealed class DirectConvolution(Conv2d convolution) : RectifiedConvolution
{
    /// <inheritdoc/>
    public override Tensor Run(Tensor x, Tensor? further)
    {
        if (further is null || Environment.GetEnvironmentVariable("SPLIT") == null)
        {
            if (further is null) return convolution.forward(x).relu_();
            using Tensor j = cat([x, further], 1);
            return convolution.forward(j).relu_();
        }

        using DisposeScope scope = NewDisposeScope();
        int first = (int)x.shape[1];
        Tensor weight = convolution.weight!;
        Tensor convolved = functional.conv2d(x, weight[.., ..first], convolution.bias, padding: [1, 1]);
        convolved.add_(functional.conv2d(further, weight[.., first..], padding: [1, 1]));
        return scope.MoveToOuter(convolved.relu_());
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
