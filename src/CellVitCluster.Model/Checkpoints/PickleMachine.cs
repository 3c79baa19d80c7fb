using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// The part of Python's pickle machine that describes data. It builds <c>null</c>, <see cref="bool"/>, <see cref="long"/>,
/// <see cref="BigInteger"/>, <see cref="double"/>, <see cref="string"/>, <see cref="List{T}"/>, arrays (tuples),
/// <see cref="OrderedDictionary{TKey,TValue}"/> and <see cref="TensorReference"/>. Every other global name, and every instruction that
/// could call something, is refused by name. Memory is bounded by the length of the stream. Protocols 0 to 4 as far as PyTorch uses them;
/// opcodes: Python's Lib/pickletools.
/// </summary>
internal sealed class PickleMachine
{
    private static readonly object Mark = new();

    private readonly Stream _stream;
    private readonly string _name;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];

    private readonly Dictionary<string, StorageReference> _storages = new(StringComparer.Ordinal);

    /// <summary>Creates a machine.</summary>
    /// <param name="stream">Seekable stream.</param>
    /// <param name="name">Name for error messages.</param>
    public PickleMachine(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    /// <summary>Every storage met so far, by its key, whether or not a tensor of the result uses it.</summary>
    public IReadOnlyDictionary<string, StorageReference> Storages => _storages;

    /// <summary>Reads the next pickled object; the stream then stands behind it.</summary>
    public object? Read()
    {
        _stack.Clear();
        _memo.Clear();
        try
        {
            return Run();
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or KeyNotFoundException)
        {
            throw CheckpointErrors.Unreadable(_name, $"Its description of the tensors is damaged near byte {_stream.Position}.", e);
        }
    }

    private object? Run()
    {
        while (true)
        {
            byte opcode = ReadByte();
            switch (opcode)
            {
                case 0x80: ReadByte(); break;                                                     // PROTO
                case 0x95: ReadBytes(8); break;                                                   // FRAME
                case (byte)'.': return Pop();                                                     // STOP
                case (byte)'(': _stack.Add(Mark); break;
                case (byte)'0': Pop(); break;
                case (byte)'1': PopToMark(); break;
                case (byte)'2': _stack.Add(_stack[^1]); break;

                case (byte)'N': _stack.Add(null); break;
                case 0x88: _stack.Add(true); break;
                case 0x89: _stack.Add(false); break;
                case (byte)'K': _stack.Add((long)ReadByte()); break;
                case (byte)'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(2))); break;
                case (byte)'J': _stack.Add((long)ReadInt32()); break;
                case 0x8a: _stack.Add(ReadLong(ReadByte())); break;                               // LONG1
                case (byte)'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(ReadBytes(8))); break;
                case (byte)'I': _stack.Add(ReadDecimal()); break;
                case (byte)'X': _stack.Add(ReadString(ReadInt32())); break;                       // BINUNICODE
                case 0x8c: _stack.Add(ReadString(ReadByte())); break;                             // SHORT_BINUNICODE
                case (byte)'U': _stack.Add(ReadString(ReadByte())); break;                        // SHORT_BINSTRING
                case (byte)'T': _stack.Add(ReadString(ReadInt32())); break;                       // BINSTRING

                case (byte)']': _stack.Add(new List<object?>()); break;
                case (byte)'a': AddToList([Pop()]); break;
                case (byte)'e': AddToList(PopToMark()); break;
                case (byte)'}': _stack.Add(new OrderedDictionary<object, object?>()); break;
                case (byte)'s': AddToDictionary(Pop(2)); break;
                case (byte)'u': AddToDictionary(PopToMark()); break;
                case (byte)')': _stack.Add(Array.Empty<object?>()); break;
                case 0x85: _stack.Add(Pop(1)); break;
                case 0x86: _stack.Add(Pop(2)); break;
                case 0x87: _stack.Add(Pop(3)); break;
                case (byte)'t': _stack.Add(PopToMark()); break;

                case (byte)'q': _memo[ReadByte()] = _stack[^1]; break;
                case (byte)'r': _memo[ReadInt32()] = _stack[^1]; break;
                case 0x94: _memo[_memo.Count] = _stack[^1]; break;                                // MEMOIZE
                case (byte)'h': _stack.Add(_memo[ReadByte()]); break;
                case (byte)'j': _stack.Add(_memo[ReadInt32()]); break;

                case (byte)'c': _stack.Add(Resolve(ReadLine(), ReadLine())); break;               // GLOBAL
                case 0x93: ResolveFromStack(); break;                                             // STACK_GLOBAL
                case (byte)'Q': _stack.Add(ToStorage(Expect<object?[]>(Pop()))); break;                  // BINPERSID
                case (byte)'R': Reduce(); break;
                case (byte)'b': SetState(); break;                                                // BUILD

                default:
                    throw CheckpointErrors.Forbidden(_name, string.Create(CultureInfo.InvariantCulture, $"the pickle instruction 0x{opcode:x2}"));
            }
        }
    }

    private object Resolve(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => PickleGlobal.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2") => PickleGlobal.RebuildTensor,
        ("torch._utils", "_rebuild_parameter") => PickleGlobal.RebuildParameter,
        ("torch", _) when ElementTypes.FromStorageClass(name) is { } type => type,
        _ => throw CheckpointErrors.Forbidden(_name, $"'{module}.{name}'"),
    };

    private void ResolveFromStack()
    {
        object?[] names = Pop(2);
        _stack.Add(Resolve(Expect<string>(names[0]), Expect<string>(names[1])));
    }

    private void Reduce()
    {
        object?[] arguments = Expect<object?[]>(Pop());
        _stack.Add(Expect<PickleGlobal>(Pop()) switch
        {
            PickleGlobal.OrderedDict => ToDictionary(arguments),
            PickleGlobal.RebuildTensor => ToTensor(arguments),
            _ => Expect<TensorReference>(arguments.FirstOrDefault()),
        });
    }

    /// <summary>Modules attach bookkeeping (<c>_metadata</c>) to their state dictionary; it says nothing about the tensors.</summary>
    private void SetState()
    {
        Pop();
        if (_stack[^1] is not OrderedDictionary<object, object?>)
        {
            throw CheckpointErrors.Forbidden(_name, "an object with a state of its own");
        }
    }

    private static OrderedDictionary<object, object?> ToDictionary(object?[] arguments)
    {
        var dictionary = new OrderedDictionary<object, object?>();
        if (arguments is [List<object?> pairs])
        {
            foreach (object? pair in pairs)
            {
                (object? key, object? value) = pair switch
                {
                    object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                    List<object?> { Count: 2 } list => (list[0], list[1]),
                    _ => throw new FormatException("A dictionary entry is no pair."),
                };
                dictionary[Expect<object>(key)] = value;
            }
        }

        return dictionary;
    }

    private StorageReference ToStorage(object?[] id)
    {
        // ('storage', class, key, device, count) and, in older files, a view (key, first element, count) or None.
        if (id is not ["storage", ElementType type, string key, _, long count, ..])
        {
            throw new FormatException("Not the identity of a storage.");
        }

        var whole = new StorageReference(type, key, count, 0);
        _storages[key] = whole;
        return id is [_, _, _, _, _, object?[] and [_, long first, long viewed]] ? whole with { Count = viewed, FirstElement = first } : whole;
    }

    private static TensorReference ToTensor(object?[] arguments)
    {
        if (arguments is not [StorageReference storage, long offset, object?[] shape, object?[] strides, ..])
        {
            throw new FormatException("Not the arguments of a tensor.");
        }

        long[] extents = Array.ConvertAll(shape, Expect<long>);
        long[] distances = Array.ConvertAll(strides, Expect<long>);
        return extents.Length == distances.Length && offset >= 0 && extents.All(v => v >= 0) && distances.All(v => v >= 0)
            ? new TensorReference(storage, offset, extents, distances)
            : throw new FormatException("Impossible shape or strides.");
    }

    private void AddToList(object?[] items) => Expect<List<object?>>(_stack[^1]).AddRange(items);

    private void AddToDictionary(object?[] items)
    {
        OrderedDictionary<object, object?> dictionary = Expect<OrderedDictionary<object, object?>>(_stack[^1]);
        for (int i = 0; i + 1 < items.Length; i += 2)
        {
            dictionary[Expect<object>(items[i])] = items[i + 1];
        }
    }

    private static T Expect<T>(object? value) => value is T expected ? expected : throw new FormatException($"A {typeof(T).Name} was expected.");

    private object? Pop()
    {
        object? top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return ReferenceEquals(top, Mark) ? throw new FormatException("A mark where a value should be.") : top;
    }

    private object?[] Pop(int count)
    {
        var items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }

        return items;
    }

    private object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(Mark);
        object?[] items = _stack.GetRange(mark + 1, _stack.Count - mark - 1).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private byte ReadByte()
    {
        int value = _stream.ReadByte();
        return value < 0 ? throw new EndOfStreamException() : (byte)value;
    }

    private byte[] ReadBytes(int count)
    {
        if (count < 0 || count > _stream.Length - _stream.Position)
        {
            throw new EndOfStreamException();
        }

        var bytes = new byte[count];
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(ReadBytes(4));

    private string ReadString(int length) => Encoding.UTF8.GetString(ReadBytes(length));

    private object ReadLong(int length)
    {
        var value = new BigInteger(ReadBytes(length));
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : value;
    }

    private object ReadDecimal() => ReadLine() switch
    {
        "00" => false,
        "01" => true,
        string text => long.Parse(text, CultureInfo.InvariantCulture),
    };

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (byte b = ReadByte(); b != (byte)'\n'; b = ReadByte())
        {
            line.Append((char)b);
        }

        return line.ToString();
    }
}
