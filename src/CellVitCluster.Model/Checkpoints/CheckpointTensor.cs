using System.Runtime.InteropServices;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// A named array of a checkpoint, in plain bytes: row-major (last index fastest), little endian, contiguous, whatever the strides were in
/// the file. Independent of the network library. Immutable; the array belongs to this object.
/// </summary>
public sealed class CheckpointTensor
{
    /// <summary>Wraps the bytes of an array.</summary>
    /// <param name="name">Key in the state dictionary, for example <c>encoder.cls_token</c>.</param>
    /// <param name="elementType">Type of the elements.</param>
    /// <param name="shape">Extents, the slowest axis first; empty for a scalar.</param>
    /// <param name="data">Exactly as many bytes as type and shape ask for.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit.</exception>
    public CheckpointTensor(string name, ElementType elementType, IReadOnlyList<long> shape, byte[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(shape);
        Name = name;
        ElementType = elementType;
        Shape = shape;
        Data = data;
        Count = data.Length / ElementTypes.SizeOf(elementType);
        long expected = shape.Aggregate(1L, (product, extent) => product * extent);
        if (expected * ElementTypes.SizeOf(elementType) != data.Length)
        {
            throw new ArgumentException($"Tensor '{name}' of shape [{string.Join(", ", shape)}] does not have {data.Length} bytes.", nameof(data));
        }
    }

    /// <summary>Key in the state dictionary.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Extents, the slowest axis first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The elements.</summary>
    public byte[] Data { get; }

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    /// <summary>The elements as single-precision numbers (rounded from double, exact from half and from small integers).</summary>
    public float[] ToFloats()
    {
        var floats = new float[Count];
        switch (ElementType)
        {
            case ElementType.Float32: MemoryMarshal.Cast<byte, float>(Data).CopyTo(floats); break;
            case ElementType.Float16: Convert<Half>(Data, floats, v => (float)v); break;
            case ElementType.BFloat16: Convert<ushort>(Data, floats, v => BitConverter.UInt32BitsToSingle((uint)v << 16)); break;
            case ElementType.Float64: Convert<double>(Data, floats, v => (float)v); break;
            case ElementType.Int64: Convert<long>(Data, floats, v => v); break;
            case ElementType.Int32: Convert<int>(Data, floats, v => v); break;
            case ElementType.Int16: Convert<short>(Data, floats, v => v); break;
            case ElementType.Int8: Convert<sbyte>(Data, floats, v => v); break;
            default: Convert<byte>(Data, floats, v => v); break;
        }

        return floats;
    }

    /// <summary>
    /// The same tensor in half precision, if it is a matrix or kernel whose values fit. Vectors stay as they are: they are small, and the
    /// variances of batch norms among them exceed what half precision can hold (65504), which would silence whole channels.
    /// </summary>
    public CheckpointTensor ToHalfPrecision()
    {
        if (Shape.Count < 2 || ElementType is not (ElementType.Float32 or ElementType.Float64 or ElementType.BFloat16))
        {
            return this;
        }

        float[] floats = ToFloats();
        var halves = new byte[floats.Length * 2];
        Span<Half> target = MemoryMarshal.Cast<byte, Half>(halves.AsSpan());
        for (int i = 0; i < floats.Length; i++)
        {
            target[i] = (Half)floats[i];
            if (Half.IsInfinity(target[i]) && float.IsFinite(floats[i]))
            {
                return this;
            }
        }

        return new CheckpointTensor(Name, ElementType.Float16, Shape, halves);
    }

    private static void Convert<T>(byte[] bytes, float[] floats, Func<T, float> convert)
        where T : unmanaged
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(bytes);
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = convert(source[i]);
        }
    }
}
