namespace CellVitCluster.Model.Checkpoints;

/// <summary>What the tensors of a checkpoint make.</summary>
public enum CheckpointKind
{
    /// <summary>Something else.</summary>
    Other,

    /// <summary>A whole segmentation network.</summary>
    Segmentation,

    /// <summary>A classifier of cell tokens.</summary>
    Classifier,

    /// <summary>An encoder alone.</summary>
    Encoder,
}

/// <summary>Facts that can be told about any checkpoint, whether or not this version can run it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Architecture">Class name in the file; empty when it names none.</param>
/// <param name="Parameters">Trained numbers: all elements but the running statistics and counters of batch norms.</param>
/// <param name="TensorCount">Number of tensors.</param>
/// <param name="Bytes">Size of all tensors in bytes.</param>
/// <param name="ElementTypes">Element types in use, the most frequent first.</param>
public sealed record CheckpointFacts(
    CheckpointKind Kind, string Architecture, long Parameters, int TensorCount, long Bytes, IReadOnlyList<ElementType> ElementTypes)
{
    private static readonly string[] Statistics = [".running_mean", ".running_var", ".num_batches_tracked"];

    /// <summary>Collects the facts. Tensors are not read.</summary>
    public static CheckpointFacts Of(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return new CheckpointFacts(
            KindOf(checkpoint),
            checkpoint.Architecture,
            checkpoint.Tensors.Where(t => !Statistics.Any(s => t.Name.EndsWith(s, StringComparison.Ordinal))).Sum(t => t.Count),
            checkpoint.Tensors.Count,
            checkpoint.Tensors.Sum(t => t.ByteCount),
            [.. checkpoint.Tensors.GroupBy(t => t.ElementType).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Select(g => g.Key)]);
    }

    private static CheckpointKind KindOf(Checkpoint checkpoint) => checkpoint switch
    {
        _ when checkpoint.Architecture.StartsWith("CellViT", StringComparison.Ordinal) => CheckpointKind.Segmentation,
        { Tensors.Count: 4 } when checkpoint.Find("fc1.weight") is not null && checkpoint.Find("fc2.weight") is not null => CheckpointKind.Classifier,
        _ when EncoderWeights.IsEncoder(checkpoint) => CheckpointKind.Encoder,
        _ => CheckpointKind.Other,
    };
}
