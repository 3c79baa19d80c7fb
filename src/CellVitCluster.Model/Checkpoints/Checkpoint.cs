namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// Contents of a checkpoint file, independent of its format. Tensors of a file are read when they are asked for: dispose the checkpoint when
/// their values are no longer needed, and not before. Source: spec/model.md §2.1.
/// </summary>
/// <param name="Architecture">Class name, for example <c>CellViT256</c>; empty when the file holds a bare state dictionary.</param>
/// <param name="Tensors">State dictionary in file order.</param>
/// <param name="Configuration">Settings the network was trained with; empty when the file states none.</param>
public sealed record Checkpoint(string Architecture, IReadOnlyList<CheckpointTensor> Tensors, CheckpointConfiguration Configuration) : IDisposable
{
    private readonly Dictionary<string, CheckpointTensor> _byName = Index(Tensors);

    /// <summary>State dictionary in file order.</summary>
    public IReadOnlyList<CheckpointTensor> Tensors
    {
        get;
        init
        {
            field = value;
            _byName = Index(value);
        }
    } = Tensors;

    /// <summary>The open file behind the tensors; null when they are in memory.</summary>
    internal IDisposable? File { get; init; }

    /// <summary>Tensor with the given key, or null.</summary>
    public CheckpointTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The same checkpoint with matrices and kernels in half precision; see <see cref="CheckpointTensor.ToHalfPrecision"/>.</summary>
    public Checkpoint ToHalfPrecision() => this with { Tensors = [.. Tensors.Select(t => t.ToHalfPrecision())] };

    /// <summary>Closes the file. Copies of this checkpoint share it.</summary>
    public void Dispose() => File?.Dispose();

    /// <summary>The same checkpoint with every tensor in memory, independent of the file.</summary>
    internal Checkpoint ToMemory() => this with
    {
        Tensors = [.. Tensors.Select(t => new CheckpointTensor(t.Name, t.ElementType, t.Shape, t.ToBytes()))],
        File = null,
    };

    private static Dictionary<string, CheckpointTensor> Index(IReadOnlyList<CheckpointTensor> tensors)
    {
        var byName = new Dictionary<string, CheckpointTensor>(tensors.Count, StringComparer.Ordinal);
        foreach (CheckpointTensor tensor in tensors)
        {
            byName.TryAdd(tensor.Name, tensor);
        }

        return byName;
    }
}
