namespace CellVitCluster.Model.Convolutions;

/// <summary>A convolution compiled for one register width and one size of tile. Safe for use by several threads at a time.</summary>
internal abstract class WinogradPipeline : IDisposable
{
    /// <summary>Convolves.</summary>
    /// <param name="task">The maps.</param>
    /// <param name="threads">Threads to use at most, 1 or more.</param>
    public abstract void Run(ConvolutionTask task, int threads);

    /// <inheritdoc/>
    public abstract void Dispose();
}
