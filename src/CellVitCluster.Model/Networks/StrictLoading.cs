using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Networks;

/// <summary>
/// Copies a state dictionary into a network. Every key must be there, none may be left over, every shape must fit. Bytes go from the file
/// straight into the parameters, so that loading needs no memory beside the network.
/// </summary>
internal static class StrictLoading
{
    /// <summary>Elements read at a time; bounds the room for conversions, and a native tensor shows at most 2 GiB of itself as one span.</summary>
    private const long ChunkElements = 1 << 24;

    /// <summary>Loads all tensors, or reports everything that does not fit and changes nothing.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">Name of the file for error messages.</param>
    /// <exception cref="ModelException"><see cref="ErrorCode.CheckpointMismatch"/>, naming missing, unexpected and wrongly shaped keys.</exception>
    public static void Load(Module network, Checkpoint checkpoint, string name)
    {
        using IDisposable frozen = no_grad();
        Dictionary<string, Tensor> parameters = network.state_dict();
        Dictionary<string, CheckpointTensor> stored = checkpoint.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        string[] missing = [.. parameters.Keys.Where(k => !stored.ContainsKey(k)).Order(StringComparer.Ordinal)];
        string[] unexpected = [.. stored.Keys.Where(k => !parameters.ContainsKey(k)).Order(StringComparer.Ordinal)];
        string[] misshapen =
        [
            .. parameters.Where(p => stored.TryGetValue(p.Key, out CheckpointTensor? t) && !t.Shape.SequenceEqual(p.Value.shape))
                .Select(p => $"{p.Key} [{string.Join(", ", stored[p.Key].Shape)}] instead of [{string.Join(", ", p.Value.shape)}]")
                .Order(StringComparer.Ordinal),
        ];
        if (missing.Length + unexpected.Length + misshapen.Length > 0)
        {
            throw new ModelException(
                ErrorCode.CheckpointMismatch,
                $"Cannot load checkpoint '{name}' into network '{checkpoint.Architecture}'.",
                $"Missing keys: {List(missing)}; unexpected keys: {List(unexpected)}; wrong shapes: {List(misshapen)}.",
                "Use a checkpoint of this architecture, saved with the configuration it was trained with.");
        }

        try
        {
            foreach ((string key, Tensor parameter) in parameters)
            {
                Copy(stored[key], parameter);
            }
        }
        catch (Exception e) when (e is IOException)
        {
            throw CheckpointErrors.Unreadable(name, $"Its numbers could not be read: {e.Message}", e);
        }
    }

    private static void Copy(CheckpointTensor stored, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        ScalarType type = ToScalarType(stored.ElementType);
        int size = ElementTypes.SizeOf(stored.ElementType);
        Tensor flat = target.view(-1);
        Tensor? converted = target.dtype == type ? null : empty(Math.Min(stored.Count, ChunkElements), type);
        for (long first = 0; first < stored.Count; first += ChunkElements)
        {
            long count = Math.Min(ChunkElements, stored.Count - first);
            Tensor part = flat.narrow(0, first, count);
            Tensor values = converted?.narrow(0, 0, count) ?? part;
            stored.Read(first * size, values.bytes);
            if (converted is not null)
            {
                part.copy_(values);
            }
        }
    }

    private static ScalarType ToScalarType(ElementType type) => type switch
    {
        ElementType.Float32 => ScalarType.Float32,
        ElementType.Float16 => ScalarType.Float16,
        ElementType.BFloat16 => ScalarType.BFloat16,
        ElementType.Float64 => ScalarType.Float64,
        ElementType.Int64 => ScalarType.Int64,
        ElementType.Int32 => ScalarType.Int32,
        ElementType.Int16 => ScalarType.Int16,
        ElementType.Int8 => ScalarType.Int8,
        ElementType.UInt8 => ScalarType.Byte,
        _ => ScalarType.Bool,
    };

    private static string List(string[] keys) => keys.Length == 0 ? "none" : string.Join(", ", keys);
}
