namespace CellVitCluster.Model.Checkpoints;

/// <summary>Contents of a checkpoint file, independent of its format. Source: spec/model.md §2.1.</summary>
/// <param name="Architecture">Class name, for example <c>CellViT256</c>; empty when the file holds a bare state dictionary.</param>
/// <param name="Tensors">State dictionary in file order.</param>
/// <param name="Configuration">Settings the network was trained with; empty when the file states none.</param>
public sealed record Checkpoint(string Architecture, IReadOnlyList<CheckpointTensor> Tensors, CheckpointConfiguration Configuration)
{
    /// <summary>Tensor with the given key, or null.</summary>
    public CheckpointTensor? Find(string name) => Tensors.FirstOrDefault(t => t.Name == name);
}
