using System.IO.Compression;
using System.Runtime.InteropServices;
using CellVitCluster.Domain.Formats;

namespace CellVitCluster.Inference.Verification;

/// <summary>A NumPy array of a golden case, read whole; <c>.npy</c> or <c>.npy.gz</c>.</summary>
public sealed class GoldenArray
{
    private readonly byte[] _elements;

    private GoldenArray(NpyHeader header, byte[] elements)
    {
        Header = header;
        _elements = elements;
    }

    /// <summary>Element type and shape.</summary>
    public NpyHeader Header { get; }

    /// <summary>Extents, the slowest axis first.</summary>
    public IReadOnlyList<long> Shape => Header.Shape;

    /// <summary>Reads <paramref name="path"/>, or <paramref name="path"/> + ".gz" when only that exists.</summary>
    /// <exception cref="FormatException">Not a NumPy file, or its length does not fit its header.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static GoldenArray Load(string path)
    {
        bool zipped = path.EndsWith(".gz", StringComparison.Ordinal);
        if (!zipped && !File.Exists(path) && File.Exists(path + ".gz"))
        {
            path += ".gz";
            zipped = true;
        }

        using var content = new MemoryStream();
        using (FileStream file = File.OpenRead(path))
        {
            if (zipped)
            {
                using var gzip = new GZipStream(file, CompressionMode.Decompress);
                gzip.CopyTo(content);
            }
            else
            {
                file.CopyTo(content);
            }
        }

        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        NpyHeader header = NpyHeader.Parse(bytes, out int start);
        byte[] elements = bytes[start..].ToArray();
        return elements.LongLength == header.Count * header.ElementSize
            ? new GoldenArray(header, elements)
            : throw new FormatException($"'{path}' has {elements.LongLength} bytes of elements, its header says {header.Count * header.ElementSize}.");
    }

    /// <summary>Whether <paramref name="path"/> or its gzip'd form exists.</summary>
    public static bool Exists(string path) => File.Exists(path) || File.Exists(path + ".gz");

    /// <summary>Elements reinterpreted as <typeparamref name="T"/>.</summary>
    /// <exception cref="FormatException">The element size does not fit.</exception>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged
    {
        ReadOnlySpan<T> span = MemoryMarshal.Cast<byte, T>(_elements);
        return span.Length == Header.Count ? span : throw new FormatException($"Elements of type '{Header.Descr}' do not fit {typeof(T).Name}.");
    }

    /// <summary>Elements converted to double; every numeric type of the goldens.</summary>
    public double[] ToDoubles()
    {
        var values = new double[Header.Count];
        switch (Header.Descr[1..])
        {
            case "f2": Fill(As<Half>(), values, v => (double)v); break;
            case "f4": Fill(As<float>(), values, v => v); break;
            case "f8": As<double>().CopyTo(values); break;
            case "u1": Fill(As<byte>(), values, v => v); break;
            case "i1": Fill(As<sbyte>(), values, v => v); break;
            case "u2": Fill(As<ushort>(), values, v => v); break;
            case "i2": Fill(As<short>(), values, v => v); break;
            case "u4": Fill(As<uint>(), values, v => v); break;
            case "i4": Fill(As<int>(), values, v => v); break;
            case "i8": Fill(As<long>(), values, v => v); break;
            default: throw new FormatException($"Unsupported element type '{Header.Descr}'.");
        }

        return values;
    }

    private static void Fill<T>(ReadOnlySpan<T> source, double[] target, Func<T, double> convert)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = convert(source[i]);
        }
    }
}
