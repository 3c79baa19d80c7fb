using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CellVitCluster.Domain.Formats;

/// <summary>Header of a NumPy array file, format 1.0, C order, little endian (numpy.lib.format).</summary>
/// <param name="Descr">Element type, for example <c>&lt;f2</c>, <c>&lt;f4</c>, <c>|u1</c>, <c>&lt;u4</c>.</param>
/// <param name="Shape">Extents, the slowest axis first.</param>
public sealed partial record NpyHeader(string Descr, IReadOnlyList<long> Shape)
{
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>Bytes per element.</summary>
    public int ElementSize => int.Parse(Descr.AsSpan(2), CultureInfo.InvariantCulture);

    /// <summary>The header as it is written, padded to a multiple of 64 bytes.</summary>
    /// <param name="reserve">Smallest total length: room for a shape that is known only when all rows are written.</param>
    public byte[] ToBytes(int reserve = 0)
    {
        string shape = string.Join(", ", Shape.Select(e => e.ToString(CultureInfo.InvariantCulture))) + (Shape.Count == 1 ? "," : string.Empty);
        string text = $"{{'descr': '{Descr}', 'fortran_order': False, 'shape': ({shape}), }}";
        int total = (Math.Max(10 + text.Length + 1, reserve) + 63) / 64 * 64;
        byte[] bytes = new byte[total];
        Magic.CopyTo(bytes, 0);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - 10));
        Array.Fill(bytes, (byte)' ', 10, total - 10);
        Encoding.ASCII.GetBytes(text).CopyTo(bytes, 10);
        bytes[total - 1] = (byte)'\n';
        return bytes;
    }

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">At least the first bytes of the file, up to the end of the header.</param>
    /// <param name="length">Length of the header in bytes: where the elements begin.</param>
    /// <exception cref="FormatException">Not a NumPy file of this kind.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> bytes, out int length)
    {
        if (bytes.Length < 10 || !bytes[..6].SequenceEqual(Magic) || bytes[6] != 1)
        {
            throw new FormatException("Not a NumPy array file of format 1.0.");
        }

        length = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (bytes.Length < length)
        {
            throw new FormatException("The NumPy header is truncated.");
        }

        string text = Encoding.ASCII.GetString(bytes[10..length]);
        Match match = Dictionary().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"Unsupported NumPy header: {text.Trim()}");
        }

        long[] shape = match.Groups["shape"].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(e => long.Parse(e, CultureInfo.InvariantCulture))
            .ToArray();
        return new NpyHeader(match.Groups["descr"].Value, shape);
    }

    [GeneratedRegex(@"'descr':\s*'(?<descr>[<|][a-z]\d+)'.*'fortran_order':\s*False.*'shape':\s*\((?<shape>[\d,\s]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Dictionary();
}
