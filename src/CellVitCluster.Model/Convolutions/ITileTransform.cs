namespace CellVitCluster.Model.Convolutions;

/// <summary>
/// The algebra of one Winograd convolution F(m × m, 3 × 3): a patch of m + 2 pixels a side becomes as many numbers per channel, which are
/// multiplied by the transformed weights and become m × m outputs. Source: Lavin and Gray, "Fast algorithms for convolutional neural
/// networks", 2016, §4.
/// </summary>
internal unsafe interface ITileTransform
{
    /// <summary>Outputs along a side of a tile, m.</summary>
    static abstract int OutputEdge { get; }

    /// <summary>Pixels along a side of the patch that a tile reads, m + 2.</summary>
    static abstract int PatchEdge { get; }

    /// <summary>The matrix that transforms weights, <c>[PatchEdge, 3]</c>: U = G g Gᵀ.</summary>
    static abstract ReadOnlySpan<double> WeightMatrix { get; }

    /// <summary>Transforms a patch, V = Bᵀ d B, for some channels.</summary>
    /// <param name="patch">First pixel of the patch, first channel.</param>
    /// <param name="rowStride">Numbers from one row of the patch to the next.</param>
    /// <param name="columnStride">Numbers from one pixel of the patch to the next.</param>
    /// <param name="vectors">Registers of channels to transform.</param>
    /// <param name="target">Receives the first plane of the first register.</param>
    /// <param name="vectorStride">Numbers from one register to the next in the target.</param>
    /// <param name="planeStride">Numbers from one plane to the next in the target; there are PatchEdge² planes.</param>
    static abstract void Input<TKernel, TVector>(
        float* patch, nint rowStride, nint columnStride, int vectors, float* target, nint vectorStride, nint planeStride)
        where TKernel : struct, IVectorKernel<TVector>
        where TVector : struct;

    /// <summary>Turns products into outputs, Y = Aᵀ M A, adds the bias and applies a lower bound.</summary>
    /// <param name="product">First plane of the tile, first channel.</param>
    /// <param name="planeStride">Numbers from one plane to the next.</param>
    /// <param name="vectors">Registers of channels to compute.</param>
    /// <param name="bias">One number per channel.</param>
    /// <param name="bound">0 for a rectifier, minus infinity for none.</param>
    /// <param name="target">First pixel of the tile in the output, first channel.</param>
    /// <param name="rowStride">Numbers from one row of the output to the next.</param>
    /// <param name="columnStride">Numbers from one pixel of the output to the next.</param>
    static abstract void Output<TKernel, TVector>(
        float* product, nint planeStride, int vectors, float* bias, float bound, float* target, nint rowStride, nint columnStride)
        where TKernel : struct, IVectorKernel<TVector>
        where TVector : struct;
}
