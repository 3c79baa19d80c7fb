namespace CellVitCluster.Model.Devices;

/// <summary>How 3 × 3 convolutions in fp32 are computed on a processor; both are exact up to rounding.</summary>
public enum ConvolutionKernel
{
    /// <summary>The library's direct convolution, channels-last.</summary>
    Direct,

    /// <summary>Our Winograd F(2 × 2, 3 × 3): 2.25 times fewer multiplications.</summary>
    Winograd,
}
