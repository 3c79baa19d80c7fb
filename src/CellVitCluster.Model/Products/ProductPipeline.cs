namespace CellVitCluster.Model.Products;

/// <summary>A linear layer compiled for one register width. Safe for use by several threads at a time.</summary>
internal abstract class ProductPipeline : IDisposable
{
    /// <summary>Multiplies.</summary>
    /// <param name="input">Address of <c>[rows, in]</c>.</param>
    /// <param name="output">Address of <c>[rows, out]</c>; overwritten.</param>
    /// <param name="rows">Rows, 1 or more.</param>
    /// <param name="threads">Threads to use at most, 1 or more.</param>
    public abstract void Run(nint input, nint output, long rows, int threads);

    /// <inheritdoc/>
    public abstract void Dispose();
}
