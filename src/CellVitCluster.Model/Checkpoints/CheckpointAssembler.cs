using CellVitCluster.Model.Checkpoints.Bytes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>Turns what the pickle machine built into a <see cref="Checkpoint"/>, describing only the tensors of the state dictionary.</summary>
internal sealed class CheckpointAssembler
{
    private const string StateKey = "model_state_dict";

    /// <summary>Where state dictionaries stand: in CellViT checkpoints, in self-distilled (DINO) encoders, and by habit elsewhere.</summary>
    private static readonly string[] StateKeys = [StateKey, "teacher", "state_dict", "model"];

    private readonly string _name;
    private readonly Func<StorageReference, ByteSource> _open;
    private long _budget;

    /// <summary>Creates an assembler.</summary>
    /// <param name="name">Name for error messages.</param>
    /// <param name="fileLength">
    /// Length of the file in bytes. Views may share storages, but tensors that add up to more than twice the file are an attempt to exhaust memory.
    /// </param>
    /// <param name="open">Finds the bytes of a storage; throws when the container has no such storage.</param>
    public CheckpointAssembler(string name, long fileLength, Func<StorageReference, ByteSource> open)
    {
        _name = name;
        _open = open;
        _budget = 2 * fileLength;
    }

    /// <summary>Builds the checkpoint.</summary>
    /// <param name="root">The dictionary of a training run, or a bare state dictionary.</param>
    public Checkpoint Assemble(object? root)
    {
        if (root is not OrderedDictionary<object, object?> dictionary)
        {
            throw CheckpointErrors.Unreadable(_name, "Its content is no dictionary.");
        }

        OrderedDictionary<object, object?>? state = StateKeys.Select(k => dictionary.GetValueOrDefault(k)).OfType<OrderedDictionary<object, object?>>().FirstOrDefault();
        bool bare = state is null && !dictionary.ContainsKey(StateKey);
        var tensors = new List<CheckpointTensor>();
        foreach ((object key, object? value) in (bare ? dictionary : state) ?? [])
        {
            if (key is not string name || value is not TensorReference reference)
            {
                throw CheckpointErrors.Unreadable(_name, $"Entry '{key}' of the state dictionary is no tensor.");
            }

            tensors.Add(Describe(name, reference));
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

    private CheckpointTensor Describe(string name, TensorReference tensor)
    {
        int size = ElementTypes.SizeOf(tensor.Storage.ElementType);
        decimal bytes = tensor.Shape.Aggregate((decimal)size, (product, extent) => Math.Min(product * extent, long.MaxValue));
        decimal reach = tensor.Shape.Zip(tensor.Strides).Aggregate(1m, (sum, axis) => sum + (((decimal)axis.First - 1) * axis.Second));
        if (bytes == 0)
        {
            return new CheckpointTensor(name, tensor.Storage.ElementType, tensor.Shape, new ArrayBytes([]));
        }

        if (tensor.Offset + reach > tensor.Storage.Count)
        {
            throw CheckpointErrors.Unreadable(_name, $"Tensor '{name}' reaches element {tensor.Offset + reach} of a storage of {tensor.Storage.Count}.");
        }

        bool contiguous = IsContiguous(tensor);
        if (bytes > _budget || (!contiguous && (bytes > Array.MaxLength || reach * size > Array.MaxLength)))
        {
            throw CheckpointErrors.Unreadable(_name, $"Tensor '{name}' of shape [{string.Join(", ", tensor.Shape)}] is larger than the file can justify.");
        }

        _budget -= (long)bytes;
        var part = new ByteRange(_open(tensor.Storage), (tensor.Storage.FirstElement + tensor.Offset) * size, (long)reach * size);
        return contiguous
            ? new CheckpointTensor(name, tensor.Storage.ElementType, tensor.Shape, part)
            : new CheckpointTensor(name, tensor.Storage.ElementType, tensor.Shape, Gather(part.ReadArray(0, (int)part.Length), tensor, size, (int)bytes));
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
