namespace CellVitCluster.Model.Convolutions;

/// <summary>Channels of a convolution whose input may come from two maps that stand for their concatenation.</summary>
/// <param name="First">Channels of the first map, 1 or more.</param>
/// <param name="Second">Channels of the second map; 0 if there is none.</param>
/// <param name="Output">Channels of the output, 1 or more.</param>
internal readonly record struct ConvolutionChannels(int First, int Second, int Output)
{
    /// <summary>Channels of both maps.</summary>
    public int Input => First + Second;
}
