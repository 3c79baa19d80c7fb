namespace CellVitCluster.Model.Decoders;

/// <summary>A block whose batch norm can be taken over by its convolution once the weights are final.</summary>
internal interface IFoldable
{
    /// <summary>Folds the batch norm; may be called once, after the weights are loaded.</summary>
    void FoldBatchNorm();
}
