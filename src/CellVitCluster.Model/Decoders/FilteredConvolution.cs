using System.Runtime.InteropServices;
using CellVitCluster.Model.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Decoders;

/// <summary>Our Winograd convolution. It keeps the weights in a form of its own; those of the module are given up.</summary>
internal sealed class FilteredConvolution : RectifiedConvolution
{
    private readonly WinogradConvolution _convolution;
    private readonly int _threads;

    public FilteredConvolution(Conv2d convolution, ConvolutionChannels channels, PreparationOptions options)
    {
        _threads = options.Threads;
        Parameter weight = convolution.weight!;
        _convolution = new WinogradConvolution(
            MemoryMarshal.Cast<byte, float>(weight.bytes), MemoryMarshal.Cast<byte, float>(convolution.bias!.bytes), channels, rectify: true, options.Tile);
        convolution.weight = new Parameter(empty(0, 0, 3, 3), requires_grad: false);
        weight.Dispose();
    }

    /// <inheritdoc/>
    public override Tensor Run(Tensor x, Tensor? further) => _convolution.Forward(x, further, _threads);

    /// <inheritdoc/>
    public override void Dispose() => _convolution.Dispose();
}
