using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Model.Convolutions;

/// <summary>Registers of 256 bits, of which there are 16: 12 sums, two halves of the columns and one row.</summary>
internal readonly unsafe struct Vector256Kernel : IVectorKernel<Vector256<float>>
{
    private const int Rows = 6;
    private const int Width = 8;

    /// <inheritdoc/>
    public static int Lanes => Width;

    /// <inheritdoc/>
    public static int PanelRows => Rows;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* target) => value.Store(target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => left - right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => left * right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.FusedMultiplyAdd(left, right, addend);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AtLeast(Vector256<float> bound, Vector256<float> value) => Vector256.MaxNative(bound, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyPanel(float* rows, float* columns, float* product, nint productStride, int depth, bool accumulate)
    {
        // One local per register: an array would live in memory. s: sum, first the row, then the half of the columns.
        Vector256<float> s0l = default, s0h = default;
        Vector256<float> s1l = default, s1h = default;
        Vector256<float> s2l = default, s2h = default;
        Vector256<float> s3l = default, s3h = default;
        Vector256<float> s4l = default, s4h = default;
        Vector256<float> s5l = default, s5h = default;
        if (accumulate)
        {
            float* row = product;
            s0l = Vector256.LoadAligned(row);
            s0h = Vector256.LoadAligned(row + Width);
            row += productStride;
            s1l = Vector256.LoadAligned(row);
            s1h = Vector256.LoadAligned(row + Width);
            row += productStride;
            s2l = Vector256.LoadAligned(row);
            s2h = Vector256.LoadAligned(row + Width);
            row += productStride;
            s3l = Vector256.LoadAligned(row);
            s3h = Vector256.LoadAligned(row + Width);
            row += productStride;
            s4l = Vector256.LoadAligned(row);
            s4h = Vector256.LoadAligned(row + Width);
            row += productStride;
            s5l = Vector256.LoadAligned(row);
            s5h = Vector256.LoadAligned(row + Width);
        }

        for (; depth > 0; depth -= Width, rows += Rows * Width)
        {
            float* step = rows;
            float* end = rows + Math.Min(depth, Width);
            do
            {
                Vector256<float> l = Vector256.LoadAligned(columns);
                Vector256<float> h = Vector256.LoadAligned(columns + Width);
                Vector256<float> r = Vector256.Create(*step);
                s0l = Vector256.FusedMultiplyAdd(r, l, s0l);
                s0h = Vector256.FusedMultiplyAdd(r, h, s0h);
                r = Vector256.Create(step[Width]);
                s1l = Vector256.FusedMultiplyAdd(r, l, s1l);
                s1h = Vector256.FusedMultiplyAdd(r, h, s1h);
                r = Vector256.Create(step[2 * Width]);
                s2l = Vector256.FusedMultiplyAdd(r, l, s2l);
                s2h = Vector256.FusedMultiplyAdd(r, h, s2h);
                r = Vector256.Create(step[3 * Width]);
                s3l = Vector256.FusedMultiplyAdd(r, l, s3l);
                s3h = Vector256.FusedMultiplyAdd(r, h, s3h);
                r = Vector256.Create(step[4 * Width]);
                s4l = Vector256.FusedMultiplyAdd(r, l, s4l);
                s4h = Vector256.FusedMultiplyAdd(r, h, s4h);
                r = Vector256.Create(step[5 * Width]);
                s5l = Vector256.FusedMultiplyAdd(r, l, s5l);
                s5h = Vector256.FusedMultiplyAdd(r, h, s5h);
                columns += 2 * Width;
                step++;
            }
            while (step < end);
        }

        float* target = product;
        s0l.StoreAligned(target);
        s0h.StoreAligned(target + Width);
        target += productStride;
        s1l.StoreAligned(target);
        s1h.StoreAligned(target + Width);
        target += productStride;
        s2l.StoreAligned(target);
        s2h.StoreAligned(target + Width);
        target += productStride;
        s3l.StoreAligned(target);
        s3h.StoreAligned(target + Width);
        target += productStride;
        s4l.StoreAligned(target);
        s4h.StoreAligned(target + Width);
        target += productStride;
        s5l.StoreAligned(target);
        s5h.StoreAligned(target + Width);
    }
}
