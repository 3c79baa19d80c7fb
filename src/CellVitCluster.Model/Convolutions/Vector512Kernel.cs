using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Model.Convolutions;

/// <summary>Registers of 512 bits, of which there are 32: 28 sums, two halves of the columns and one row.</summary>
internal readonly unsafe struct Vector512Kernel : IVectorKernel<Vector512<float>>
{
    private const int Rows = 14;
    private const int Width = 16;

    /// <inheritdoc/>
    public static int Lanes => Width;

    /// <inheritdoc/>
    public static int PanelRows => Rows;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => left - right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => left * right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.FusedMultiplyAdd(left, right, addend);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AtLeast(Vector512<float> bound, Vector512<float> value) => Vector512.MaxNative(bound, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyPanel(float* rows, float* columns, float* product, nint productStride, int depth, bool accumulate)
    {
        // One local per register: an array would live in memory. s: sum, first the row, then the half of the columns.
        Vector512<float> s00l = default, s00h = default;
        Vector512<float> s01l = default, s01h = default;
        Vector512<float> s02l = default, s02h = default;
        Vector512<float> s03l = default, s03h = default;
        Vector512<float> s04l = default, s04h = default;
        Vector512<float> s05l = default, s05h = default;
        Vector512<float> s06l = default, s06h = default;
        Vector512<float> s07l = default, s07h = default;
        Vector512<float> s08l = default, s08h = default;
        Vector512<float> s09l = default, s09h = default;
        Vector512<float> s10l = default, s10h = default;
        Vector512<float> s11l = default, s11h = default;
        Vector512<float> s12l = default, s12h = default;
        Vector512<float> s13l = default, s13h = default;
        if (accumulate)
        {
            float* row = product;
            s00l = Vector512.LoadAligned(row);
            s00h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s01l = Vector512.LoadAligned(row);
            s01h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s02l = Vector512.LoadAligned(row);
            s02h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s03l = Vector512.LoadAligned(row);
            s03h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s04l = Vector512.LoadAligned(row);
            s04h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s05l = Vector512.LoadAligned(row);
            s05h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s06l = Vector512.LoadAligned(row);
            s06h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s07l = Vector512.LoadAligned(row);
            s07h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s08l = Vector512.LoadAligned(row);
            s08h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s09l = Vector512.LoadAligned(row);
            s09h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s10l = Vector512.LoadAligned(row);
            s10h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s11l = Vector512.LoadAligned(row);
            s11h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s12l = Vector512.LoadAligned(row);
            s12h = Vector512.LoadAligned(row + Width);
            row += productStride;
            s13l = Vector512.LoadAligned(row);
            s13h = Vector512.LoadAligned(row + Width);
        }

        for (; depth > 0; depth -= Width, rows += Rows * Width)
        {
            float* step = rows;
            float* end = rows + Math.Min(depth, Width);
            do
            {
                Vector512<float> l = Vector512.LoadAligned(columns);
                Vector512<float> h = Vector512.LoadAligned(columns + Width);
                Vector512<float> r = Vector512.Create(*step);
                s00l = Vector512.FusedMultiplyAdd(r, l, s00l);
                s00h = Vector512.FusedMultiplyAdd(r, h, s00h);
                r = Vector512.Create(step[Width]);
                s01l = Vector512.FusedMultiplyAdd(r, l, s01l);
                s01h = Vector512.FusedMultiplyAdd(r, h, s01h);
                r = Vector512.Create(step[2 * Width]);
                s02l = Vector512.FusedMultiplyAdd(r, l, s02l);
                s02h = Vector512.FusedMultiplyAdd(r, h, s02h);
                r = Vector512.Create(step[3 * Width]);
                s03l = Vector512.FusedMultiplyAdd(r, l, s03l);
                s03h = Vector512.FusedMultiplyAdd(r, h, s03h);
                r = Vector512.Create(step[4 * Width]);
                s04l = Vector512.FusedMultiplyAdd(r, l, s04l);
                s04h = Vector512.FusedMultiplyAdd(r, h, s04h);
                r = Vector512.Create(step[5 * Width]);
                s05l = Vector512.FusedMultiplyAdd(r, l, s05l);
                s05h = Vector512.FusedMultiplyAdd(r, h, s05h);
                r = Vector512.Create(step[6 * Width]);
                s06l = Vector512.FusedMultiplyAdd(r, l, s06l);
                s06h = Vector512.FusedMultiplyAdd(r, h, s06h);
                r = Vector512.Create(step[7 * Width]);
                s07l = Vector512.FusedMultiplyAdd(r, l, s07l);
                s07h = Vector512.FusedMultiplyAdd(r, h, s07h);
                r = Vector512.Create(step[8 * Width]);
                s08l = Vector512.FusedMultiplyAdd(r, l, s08l);
                s08h = Vector512.FusedMultiplyAdd(r, h, s08h);
                r = Vector512.Create(step[9 * Width]);
                s09l = Vector512.FusedMultiplyAdd(r, l, s09l);
                s09h = Vector512.FusedMultiplyAdd(r, h, s09h);
                r = Vector512.Create(step[10 * Width]);
                s10l = Vector512.FusedMultiplyAdd(r, l, s10l);
                s10h = Vector512.FusedMultiplyAdd(r, h, s10h);
                r = Vector512.Create(step[11 * Width]);
                s11l = Vector512.FusedMultiplyAdd(r, l, s11l);
                s11h = Vector512.FusedMultiplyAdd(r, h, s11h);
                r = Vector512.Create(step[12 * Width]);
                s12l = Vector512.FusedMultiplyAdd(r, l, s12l);
                s12h = Vector512.FusedMultiplyAdd(r, h, s12h);
                r = Vector512.Create(step[13 * Width]);
                s13l = Vector512.FusedMultiplyAdd(r, l, s13l);
                s13h = Vector512.FusedMultiplyAdd(r, h, s13h);
                columns += 2 * Width;
                step++;
            }
            while (step < end);
        }

        float* target = product;
        s00l.StoreAligned(target);
        s00h.StoreAligned(target + Width);
        target += productStride;
        s01l.StoreAligned(target);
        s01h.StoreAligned(target + Width);
        target += productStride;
        s02l.StoreAligned(target);
        s02h.StoreAligned(target + Width);
        target += productStride;
        s03l.StoreAligned(target);
        s03h.StoreAligned(target + Width);
        target += productStride;
        s04l.StoreAligned(target);
        s04h.StoreAligned(target + Width);
        target += productStride;
        s05l.StoreAligned(target);
        s05h.StoreAligned(target + Width);
        target += productStride;
        s06l.StoreAligned(target);
        s06h.StoreAligned(target + Width);
        target += productStride;
        s07l.StoreAligned(target);
        s07h.StoreAligned(target + Width);
        target += productStride;
        s08l.StoreAligned(target);
        s08h.StoreAligned(target + Width);
        target += productStride;
        s09l.StoreAligned(target);
        s09h.StoreAligned(target + Width);
        target += productStride;
        s10l.StoreAligned(target);
        s10h.StoreAligned(target + Width);
        target += productStride;
        s11l.StoreAligned(target);
        s11h.StoreAligned(target + Width);
        target += productStride;
        s12l.StoreAligned(target);
        s12h.StoreAligned(target + Width);
        target += productStride;
        s13l.StoreAligned(target);
        s13h.StoreAligned(target + Width);
    }
}
