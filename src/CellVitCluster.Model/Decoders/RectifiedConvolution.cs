using CellVitCluster.Model.Convolutions;
using CellVitCluster.Model.Devices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Decoders;

/// <summary>
/// A 3 × 3 convolution with bias and ReLU, in the form that was chosen for the processor at hand. One thread at a time may call
/// <see cref="Run"/>.
/// </summary>
internal abstract class RectifiedConvolution : IDisposable
{
    /// <summary>Takes over the weights of a convolution whose batch norm is folded.</summary>
    /// <param name="convolution">Weights and bias.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="options">What decides the form.</param>
    public static RectifiedConvolution Create(Conv2d convolution, ConvolutionChannels channels, PreparationOptions options) =>
        options.Kernel == ConvolutionKernel.Winograd && WinogradConvolution.CanRun(channels)
            ? new FilteredConvolution(convolution, channels, options)
            : new DirectConvolution(convolution);

    /// <summary>Runs it.</summary>
    /// <param name="x"><c>[B, in, H, W]</c>, channels-last.</param>
    /// <param name="further">Further input channels behind those of <paramref name="x"/>.</param>
    /// <returns><c>[B, out, H, W]</c>, channels-last, in the current dispose scope.</returns>
    public abstract Tensor Run(Tensor x, Tensor? further);

    /// <inheritdoc/>
    public abstract void Dispose();
}
