using System.Numerics;
using System.Runtime.InteropServices;
using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Hole filling and opening of a 0/1 mask (spec/inference.md §9.5 and §9.6). The opening's element is the 17-px "ellipse" with rows
/// 00100 / 11111 / 11111 / 11111 / 00100: a 5 × 3 block plus a 1 × 5 bar. Reusable, not thread-safe.
/// </summary>
internal sealed class Morphology
{
    private readonly ConnectedComponents _clear = new();
    private bool[] _reachesBorder = [];
    private byte[] _eroded = [];
    private byte[] _line = [];
    private byte[] _blocks = [];

    private interface ICombination
    {
        static abstract byte Outside { get; }

        static abstract Vector<byte> Combine(Vector<byte> a, Vector<byte> b);

        static abstract byte Combine(byte a, byte b);
    }

    /// <summary>Sets the clear pixels that cannot be reached from outside the image through 4-connected clear pixels.</summary>
    public void FillHoles(Span<byte> mask, int width, int height)
    {
        _clear.FindClear(mask, width, height);
        if (_reachesBorder.Length < _clear.Count)
        {
            _reachesBorder = new bool[_clear.Count];
        }

        _reachesBorder.AsSpan(0, _clear.Count).Clear();
        foreach (PixelRun run in _clear.Runs)
        {
            _reachesBorder[run.Component] |= run.Row == 0 || run.Row == height - 1 || run.Start == 0 || run.End == width;
        }

        foreach (PixelRun run in _clear.Runs)
        {
            if (!_reachesBorder[run.Component])
            {
                mask.Slice((run.Row * width) + run.Start, run.Length).Fill(1);
            }
        }
    }

    /// <summary>Erosion, then dilation; pixels outside the image never influence the result.</summary>
    public void Open(Span<byte> mask, int width, int height)
    {
        if (_eroded.Length < width * height)
        {
            _eroded = new byte[width * height];
        }

        Span<byte> eroded = _eroded.AsSpan(0, width * height);
        Apply<Erosion>(mask, eroded, width, height);
        Apply<Dilation>(eroded, mask, width, height);
    }

    private void Apply<T>(ReadOnlySpan<byte> source, Span<byte> target, int width, int height)
        where T : struct, ICombination
    {
        Reserve(width);
        int bar = 2 * width;
        Span<byte> outside = _blocks.AsSpan(3 * width, width);
        outside.Fill(T.Outside);
        Widen<T>(source[..width], BlockRow(0, width));
        for (int y = 0; y < height; y++)
        {
            if (y + 1 < height)
            {
                Widen<T>(source.Slice((y + 1) * width, width), BlockRow(y + 1, width));
            }

            int at = y * width;
            Span<byte> row = target.Slice(at, width);
            Merge<T>(y > 0 ? BlockRow(y - 1, width) : outside, BlockRow(y, width), row);
            Merge<T>(y + 1 < height ? BlockRow(y + 1, width) : outside, row, row);
            Merge<T>(y > 1 ? source.Slice(at - bar, width) : outside, row, row);
            Merge<T>(y + 2 < height ? source.Slice(at + bar, width) : outside, row, row);
        }
    }

    private void Reserve(int width)
    {
        if (_line.Length < width + 4)
        {
            _line = new byte[width + 4];
            _blocks = new byte[4 * width];
        }
    }

    private Span<byte> BlockRow(int y, int width) => _blocks.AsSpan(y % 3 * width, width);

    /// <summary>Combines each pixel with its two neighbors on both sides.</summary>
    private void Widen<T>(ReadOnlySpan<byte> source, Span<byte> target)
        where T : struct, ICombination
    {
        Span<byte> line = _line.AsSpan(0, source.Length + 4);
        line[..2].Fill(T.Outside);
        line[^2..].Fill(T.Outside);
        source.CopyTo(line[2..]);
        line.Slice(2, source.Length).CopyTo(target);
        Merge<T>(line[..source.Length], target, target);
        Merge<T>(line.Slice(1, source.Length), target, target);
        Merge<T>(line.Slice(3, source.Length), target, target);
        Merge<T>(line.Slice(4, source.Length), target, target);
    }

    private static void Merge<T>(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> target)
        where T : struct, ICombination
    {
        ref byte fromA = ref MemoryMarshal.GetReference(a);
        ref byte fromB = ref MemoryMarshal.GetReference(b);
        ref byte to = ref MemoryMarshal.GetReference(target);
        int i = 0;
        for (; i <= target.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            T.Combine(Vector.LoadUnsafe(ref fromA, (nuint)i), Vector.LoadUnsafe(ref fromB, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            target[i] = T.Combine(a[i], b[i]);
        }
    }

    private readonly struct Erosion : ICombination
    {
        public static byte Outside => 1;

        public static Vector<byte> Combine(Vector<byte> a, Vector<byte> b) => a & b;

        public static byte Combine(byte a, byte b) => (byte)(a & b);
    }

    private readonly struct Dilation : ICombination
    {
        public static byte Outside => 0;

        public static Vector<byte> Combine(Vector<byte> a, Vector<byte> b) => a | b;

        public static byte Combine(byte a, byte b) => (byte)(a | b);
    }
}
