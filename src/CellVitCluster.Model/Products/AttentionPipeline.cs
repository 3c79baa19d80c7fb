namespace CellVitCluster.Model.Products;

/// <summary>An attention compiled for one register width. Safe for use by several threads at a time.</summary>
internal abstract class AttentionPipeline
{
    /// <summary>Computes.</summary>
    /// <param name="task">Arrays and sizes.</param>
    /// <param name="threads">Threads to use at most, 1 or more.</param>
    public abstract void Run(AttentionTask task, int threads);
}
