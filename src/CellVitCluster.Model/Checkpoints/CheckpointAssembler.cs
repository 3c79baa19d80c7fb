namespace CellVitCluster.Model.Checkpoints;

/// <summary>Turns what the pickle machine built into a <see cref="Checkpoint"/>, reading only the tensors of the state dictionary.</summary>
internal sealed class CheckpointAssembler
{
    private const string StateKey = "model_state_dict";

    private readonly string _name;
    private readonly ReadStorage _read;
    private long _budget;

    /// <summary>Creates an assembler.</summary>
    /// <param name="name">Name for error messages.</param>
    /// <param name="fileLength">
    /// Length of the file in bytes. Views may share storages, but tensors that add up to more than twice the file are an attempt to exhaust memory.
    /// </param>
    /// <param name="read">Reads a part of a storage.</param>
    public CheckpointAssembler(string name, long fileLength, ReadStorage read)
    {
        _name = name;
        _read = read;
        _budget = 2 * fileLength;
    }

    /// <summary>Reads part of a storage.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="byteOffset">First byte, counted from the begin of the storage.</param>
    /// <param name="target">Receives the bytes.</param>
    public delegate void ReadStorage(StorageReference storage, long byteOffset, Span<byte> target);

    /// <summary>Builds the checkpoint.</summary>
    /// <param name="root">The dictionary of a training run, or a bare state dictionary.</param>
    public Checkpoint Assemble(object? root)
    {
        if (root is not OrderedDictionary<object, object?> dictionary)
        {
            throw CheckpointErrors.Unreadable(_name, "Its content is no dictionary.");
        }

        bool bare = !dictionary.TryGetValue(StateKey, out object? state);
        var tensors = new List<CheckpointTensor>();
        foreach ((object key, object? value) in (bare ? dictionary : state as OrderedDictionary<object, object?>) ?? [])
        {
            if (key is not string name || value is not TensorReference reference)
            {
                throw CheckpointErrors.Unreadable(_name, $"Entry '{key}' of the state dictionary is no tensor.");
            }

            tensors.Add(Materialize(name, reference));
        }

        if (tensors.Count == 0)
        {
            throw CheckpointErrors.Unreadable(_name, $"It holds no '{StateKey}' with tensors.");
        }

        return new Checkpoint(
            bare ? string.Empty : dictionary.GetValueOrDefault("arch") as string ?? string.Empty,
            tensors,
            CheckpointConfiguration.Expand(bare ? null : dictionary.GetValueOrDefault("config"), _name));
    }

    private CheckpointTensor Materialize(string name, TensorReference tensor)
    {
        int size = ElementTypes.SizeOf(tensor.Storage.ElementType);
        decimal bytes = tensor.Shape.Aggregate((decimal)size, (product, extent) => Math.Min(product * extent, long.MaxValue));
        decimal reach = tensor.Shape.Zip(tensor.Strides).Aggregate(1m, (sum, axis) => sum + (((decimal)axis.First - 1) * axis.Second));
        if (bytes == 0)
        {
            return new CheckpointTensor(name, tensor.Storage.ElementType, tensor.Shape, []);
        }

        if (tensor.Offset + reach > tensor.Storage.Count)
        {
            throw CheckpointErrors.Unreadable(_name, $"Tensor '{name}' reaches element {tensor.Offset + reach} of a storage of {tensor.Storage.Count}.");
        }

        if (bytes > _budget || bytes > Array.MaxLength || reach * size > Array.MaxLength)
        {
            throw CheckpointErrors.Unreadable(_name, $"Tensor '{name}' of shape [{string.Join(", ", tensor.Shape)}] is larger than the file can justify.");
        }

        _budget -= (long)bytes;
        var source = new byte[(long)reach * size];
        _read(tensor.Storage, (tensor.Storage.FirstElement + tensor.Offset) * size, source);
        byte[] data = IsContiguous(tensor) ? source : Gather(source, tensor, size, (int)bytes);
        return new CheckpointTensor(name, tensor.Storage.ElementType, tensor.Shape, data);
    }

    private static bool IsContiguous(TensorReference tensor)
    {
        long expected = 1;
        for (int axis = tensor.Shape.Count - 1; axis >= 0; axis--)
        {
            if (tensor.Shape[axis] != 1 && tensor.Strides[axis] != expected)
            {
                return false;
            }

            expected *= tensor.Shape[axis];
        }

        return true;
    }

    private static byte[] Gather(byte[] source, TensorReference tensor, int size, int bytes)
    {
        var target = new byte[bytes];
        var index = new long[tensor.Shape.Count];
        long element = 0;
        for (int at = 0; at < bytes; at += size)
        {
            source.AsSpan((int)(element * size), size).CopyTo(target.AsSpan(at));
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                element += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis])
                {
                    break;
                }

                element -= tensor.Strides[axis] * tensor.Shape[axis];
                index[axis] = 0;
            }
        }

        return target;
    }
}
