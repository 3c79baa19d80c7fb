using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Decoders;

/// <summary>3 × 3 convolution, batch norm, ReLU: "CB" of spec/model.md §4.2.</summary>
internal sealed class ConvolutionBlock : Module<Tensor, Tensor>, IFoldable
{
    private bool _folded;
    private readonly ModuleList<Module> block;

    public ConvolutionBlock(int inputChannels, int outputChannels)
        : base(nameof(ConvolutionBlock))
    {
        block = ModuleList<Module>(Conv2d(inputChannels, outputChannels, kernel_size: 3, padding: 1), BatchNorm2d(outputChannels));
        RegisterComponents();
    }

    private Conv2d Convolution => (Conv2d)block[0];

    private BatchNorm2d Norm => (BatchNorm2d)block[1];

    /// <inheritdoc/>
    public void FoldBatchNorm()
    {
        BatchNormFolding.Fold(Convolution, Norm);
        _folded = true;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, in, H, W] → [B, out, H, W]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor convolved = Convolution.forward(x);
        return scope.MoveToOuter(functional.relu(_folded ? convolved : Norm.forward(convolved), inplace: true));
    }
}
