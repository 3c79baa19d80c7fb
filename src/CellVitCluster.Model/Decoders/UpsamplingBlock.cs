using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Decoders;

/// <summary>
/// Transposed 2 × 2 convolution that doubles the sides, then 3 × 3 convolution, batch norm, ReLU: "DB" of spec/model.md §4.2. There is no
/// activation between the two convolutions.
/// </summary>
internal sealed class UpsamplingBlock : Module<Tensor, Tensor>, IFoldable
{
    private bool _folded;
    private readonly ModuleList<Module> block;

    public UpsamplingBlock(int inputChannels, int outputChannels)
        : base(nameof(UpsamplingBlock))
    {
        block = ModuleList<Module>(
            ConvTranspose2d(inputChannels, outputChannels, kernel_size: 2, stride: 2),
            Conv2d(outputChannels, outputChannels, kernel_size: 3, padding: 1),
            BatchNorm2d(outputChannels));
        RegisterComponents();
    }

    private ConvTranspose2d Upsampling => (ConvTranspose2d)block[0];

    private Conv2d Convolution => (Conv2d)block[1];

    private BatchNorm2d Norm => (BatchNorm2d)block[2];

    /// <inheritdoc/>
    public void FoldBatchNorm()
    {
        BatchNormFolding.Fold(Convolution, Norm);
        _folded = true;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, in, H, W] → [B, out, 2H, 2W]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor convolved = Convolution.forward(Upsampling.forward(x));
        return scope.MoveToOuter(functional.relu(_folded ? convolved : Norm.forward(convolved), inplace: true));
    }
}
