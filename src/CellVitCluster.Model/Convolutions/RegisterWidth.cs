namespace CellVitCluster.Model.Convolutions;

/// <summary>Width of the vector registers that a convolution is compiled for.</summary>
internal enum RegisterWidth
{
    /// <summary>AVX2 with fused multiply-add.</summary>
    Bits256,

    /// <summary>AVX-512.</summary>
    Bits512,
}
