namespace CellVitCluster.Model.Devices;

/// <summary>How 3 × 3 convolutions are computed on a processor; in fp32 both are exact up to rounding.</summary>
public enum ConvolutionKernel
{
    /// <summary>The library's direct convolution, channels-last.</summary>
    Direct,

    /// <summary>
    /// Our Winograd convolution, in fp32: F(2 × 2, 3 × 3), 2.25 times fewer multiplications; F(4 × 4, 3 × 3), 4 times fewer, in precisions that are
    /// declared as less exact.
    /// </summary>
    Winograd,
}
