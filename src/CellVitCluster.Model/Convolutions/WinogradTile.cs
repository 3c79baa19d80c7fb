namespace CellVitCluster.Model.Convolutions;

/// <summary>Outputs that a Winograd convolution computes together.</summary>
internal enum WinogradTile
{
    /// <summary>2 × 2: 2.25 times fewer products than the direct sum, at its accuracy.</summary>
    Of2,

    /// <summary>4 × 4: 4 times fewer products, at a few times the rounding error.</summary>
    Of4,
}
