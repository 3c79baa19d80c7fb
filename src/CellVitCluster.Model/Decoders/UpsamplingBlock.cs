using CellVitCluster.Model.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Decoders;

/// <summary>
/// Transposed 2 × 2 convolution that doubles the sides, then 3 × 3 convolution, batch norm, ReLU: "DB" of spec/model.md §4.2. There is no
/// activation between the two convolutions.
/// </summary>
internal sealed class UpsamplingBlock : Module, IPreparable
{
    private readonly ConvolutionChannels _channels;
    private readonly ModuleList<Module> block;
    private RectifiedConvolution? _convolution;

    public UpsamplingBlock(int inputChannels, int outputChannels)
        : base(nameof(UpsamplingBlock))
    {
        _channels = new ConvolutionChannels(outputChannels, 0, outputChannels);
        block = ModuleList<Module>(
            ConvTranspose2d(inputChannels, outputChannels, kernel_size: 2, stride: 2),
            Conv2d(outputChannels, outputChannels, kernel_size: 3, padding: 1),
            BatchNorm2d(outputChannels));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public void Prepare(PreparationOptions options)
    {
        var convolution = (Conv2d)block[1];
        BatchNormFolding.Fold(convolution, (BatchNorm2d)block[2]);
        _convolution = RectifiedConvolution.Create(convolution, _channels, options);
    }

    /// <summary>Runs the block.</summary>
    /// <param name="x"><c>[B, in, H, W]</c>.</param>
    /// <returns><c>[B, out, 2H, 2W]</c>, in the current dispose scope.</returns>
    public Tensor Run(Tensor x)
    {
        using Tensor upsampled = ((ConvTranspose2d)block[0]).forward(x);
        return _convolution!.Run(upsampled, further: null);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _convolution?.Dispose();
        }

        base.Dispose(disposing);
    }
}
