using CellVitCluster.Model.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Decoders;

/// <summary>3 × 3 convolution, batch norm, ReLU: "CB" of spec/model.md §4.2.</summary>
internal sealed class ConvolutionBlock : Module, IPreparable
{
    private readonly ConvolutionChannels _channels;
    private readonly ModuleList<Module> block;
    private RectifiedConvolution? _convolution;

    /// <summary>Builds the layers.</summary>
    /// <param name="inputChannels">Channels of the first map.</param>
    /// <param name="outputChannels">Channels of the result.</param>
    /// <param name="furtherChannels">Channels of a second map that stands behind the first; 0 when there is none.</param>
    public ConvolutionBlock(int inputChannels, int outputChannels, int furtherChannels = 0)
        : base(nameof(ConvolutionBlock))
    {
        _channels = new ConvolutionChannels(inputChannels, furtherChannels, outputChannels);
        block = ModuleList<Module>(Conv2d(_channels.Input, outputChannels, kernel_size: 3, padding: 1), BatchNorm2d(outputChannels));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public void Prepare(PreparationOptions options)
    {
        var convolution = (Conv2d)block[0];
        BatchNormFolding.Fold(convolution, (BatchNorm2d)block[1]);
        _convolution = RectifiedConvolution.Create(convolution, _channels, options);
    }

    /// <summary>Runs the block.</summary>
    /// <param name="x"><c>[B, in, H, W]</c>.</param>
    /// <param name="further">Further input channels, <c>[B, more, H, W]</c>; together with <paramref name="x"/> those of the convolution.</param>
    /// <returns><c>[B, out, H, W]</c>, in the current dispose scope.</returns>
    public Tensor Run(Tensor x, Tensor? further = null) => _convolution!.Run(x, further);

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
