using CellVitCluster.Model.Convolutions;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Model.Decoders;

/// <summary>A block that computes in another form than its weights are stored in.</summary>
internal interface IPreparable
{
    /// <summary>Makes the weights final; may be called once, after they are loaded, on the device they will run on.</summary>
    void Prepare(PreparationOptions options);
}

/// <summary>What decides the form.</summary>
/// <param name="Precision">Number format of weights and maps.</param>
/// <param name="Kernel">How 3 × 3 convolutions are computed.</param>
/// <param name="Threads">Threads inside one operation on the CPU.</param>
internal sealed record PreparationOptions(Precision Precision, ConvolutionKernel Kernel, int Threads)
{
    /// <summary>
    /// Tiles of our convolution: small ones, which are as exact as the library's, unless a precision was declared that is less exact than the
    /// large ones by far.
    /// </summary>
    public WinogradTile Tile => Precision == Precision.Single ? WinogradTile.Of2 : WinogradTile.Of4;

    /// <summary>
    /// Whether our own products take the place of the library's on a processor: where our convolution won, and in bf16, for which the library's
    /// attention has no faster kernels.
    /// </summary>
    public bool PrefersOwnProducts => Kernel == ConvolutionKernel.Winograd || Precision != Precision.Single;
}
