using System.Buffers;
using System.Runtime.InteropServices;
using CellVitCluster.Model.Checkpoints.Bytes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// A named array of a checkpoint, in plain bytes: row-major (last index fastest), little endian, contiguous, whatever the strides were in
/// the file. Independent of the network library. The bytes of a file stay in the file until they are asked for, and the checkpoint must not
/// be disposed before that. Immutable, thread-safe.
/// </summary>
public sealed class CheckpointTensor
{
    /// <summary>Elements converted at a time.</summary>
    private const int ChunkElements = 1 << 16;

    private readonly ByteSource _bytes;

    /// <summary>Wraps the bytes of an array.</summary>
    /// <param name="name">Key in the state dictionary, for example <c>encoder.cls_token</c>.</param>
    /// <param name="elementType">Type of the elements.</param>
    /// <param name="shape">Extents, the slowest axis first; empty for a scalar.</param>
    /// <param name="data">Exactly as many bytes as type and shape ask for; belongs to this object from now on.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit.</exception>
    public CheckpointTensor(string name, ElementType elementType, IReadOnlyList<long> shape, byte[] data)
        : this(name, elementType, shape, new ArrayBytes(data))
    {
    }

    /// <summary>Describes bytes that are read later.</summary>
    internal CheckpointTensor(string name, ElementType elementType, IReadOnlyList<long> shape, ByteSource bytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Name = name;
        ElementType = elementType;
        Shape = shape;
        _bytes = bytes;
        Count = shape.Aggregate(1L, (product, extent) => product * extent);
        if (Count * ElementTypes.SizeOf(elementType) != bytes.Length)
        {
            throw new ArgumentException($"Tensor '{name}' of shape [{string.Join(", ", shape)}] does not have {bytes.Length} bytes.", nameof(bytes));
        }
    }

    /// <summary>Key in the state dictionary.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Extents, the slowest axis first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Number of bytes.</summary>
    public long ByteCount => _bytes.Length;

    /// <summary>Copies a part of the bytes.</summary>
    /// <param name="offset">First byte, 0 … <see cref="ByteCount"/>.</param>
    /// <param name="target">Receives the bytes; all of it is filled.</param>
    /// <exception cref="EndOfStreamException">The part does not lie inside the tensor, or the file was cut short since it was opened.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint was disposed.</exception>
    public void Read(long offset, Span<byte> target) => _bytes.Read(offset, target);

    /// <summary>All bytes in an array of their own.</summary>
    /// <exception cref="OutOfMemoryException">There are more than an array can hold (2 GiB).</exception>
    /// <inheritdoc cref="Read" path="/exception[@cref='T:System.ObjectDisposedException']"/>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteCount];
        Read(0, bytes);
        return bytes;
    }

    /// <summary>The elements as single-precision numbers (rounded from double, exact from half and from small integers).</summary>
    /// <inheritdoc cref="ToBytes" path="/exception"/>
    public float[] ToFloats()
    {
        var floats = new float[Count];
        ReadFloats(0, floats);
        return floats;
    }

    /// <summary>
    /// The same tensor in half precision, if it is a matrix or kernel whose values fit. Vectors stay as they are: they are small, and the
    /// variances of batch norms among them exceed what half precision can hold (65504), which would silence whole channels. The values are
    /// looked at once now and converted when they are read.
    /// </summary>
    public CheckpointTensor ToHalfPrecision()
    {
        if (Shape.Count < 2 || ElementType is not (ElementType.Float32 or ElementType.Float64 or ElementType.BFloat16))
        {
            return this;
        }

        var chunk = new float[Math.Min(Count, ChunkElements)];
        for (long first = 0; first < Count; first += chunk.Length)
        {
            Span<float> floats = chunk.AsSpan(0, (int)Math.Min(chunk.Length, Count - first));
            ReadFloats(first, floats);
            foreach (float value in floats)
            {
                if (Half.IsInfinity((Half)value) && float.IsFinite(value))
                {
                    return this;
                }
            }
        }

        return new CheckpointTensor(Name, ElementType.Float16, Shape, new HalfPrecisionBytes(this));
    }

    /// <summary>The same elements under another key.</summary>
    internal CheckpointTensor Rename(string name) => new(name, ElementType, Shape, _bytes);

    /// <summary>Reads a part of the elements as single-precision numbers.</summary>
    internal void ReadFloats(long first, Span<float> target)
    {
        int size = ElementTypes.SizeOf(ElementType);
        if (ElementType == ElementType.Float32)
        {
            Read(first * size, MemoryMarshal.AsBytes(target));
            return;
        }

        using IMemoryOwner<byte> rented = MemoryPool<byte>.Shared.Rent(Math.Min(target.Length, ChunkElements) * size);
        Span<byte> bytes = rented.Memory.Span[..(Math.Min(target.Length, ChunkElements) * size)];
        for (; !target.IsEmpty; first += bytes.Length / size)
        {
            Span<float> floats = target[..Math.Min(target.Length, bytes.Length / size)];
            Span<byte> source = bytes[..(floats.Length * size)];
            Read(first * size, source);
            Convert(ElementType, source, floats);
            target = target[floats.Length..];
        }
    }

    private static void Convert(ElementType type, ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        switch (type)
        {
            case ElementType.Float16: Convert<Half>(bytes, floats, v => (float)v); break;
            case ElementType.BFloat16: Convert<ushort>(bytes, floats, v => BitConverter.UInt32BitsToSingle((uint)v << 16)); break;
            case ElementType.Float64: Convert<double>(bytes, floats, v => (float)v); break;
            case ElementType.Int64: Convert<long>(bytes, floats, v => v); break;
            case ElementType.Int32: Convert<int>(bytes, floats, v => v); break;
            case ElementType.Int16: Convert<short>(bytes, floats, v => v); break;
            case ElementType.Int8: Convert<sbyte>(bytes, floats, v => v); break;
            default: Convert<byte>(bytes, floats, v => v); break;
        }
    }

    private static void Convert<T>(ReadOnlySpan<byte> bytes, Span<float> floats, Func<T, float> convert)
        where T : unmanaged
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(bytes);
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = convert(source[i]);
        }
    }
}
