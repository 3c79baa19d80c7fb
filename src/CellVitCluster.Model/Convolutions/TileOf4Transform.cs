using System.Runtime.CompilerServices;

namespace CellVitCluster.Model.Convolutions;

/// <summary>
/// F(4 × 4, 3 × 3): 36 products for 16 outputs instead of 144, at a rounding error several times that of <see cref="TileOf2Transform"/>.
/// The polynomials are evaluated at 0, ±5/8, ±5/4 and infinity, with a third to a half of the error of the usual 0, ±1, ±2. Source: Lavin and Gray, 2016, §4.2;
/// choice of points after Barabasz et al., "Error analysis and improving the accuracy of Winograd convolution", 2020.
/// </summary>
internal readonly unsafe struct TileOf4Transform : ITileTransform
{
    private const int Edge = 6;

    /// <summary>The points p and q; their squares and the sum and product of these are exact in binary.</summary>
    private const double P = 0.625;
    private const double Q = 1.25;
    private const double P2 = P * P;
    private const double Q2 = Q * Q;

    /// <summary>1 / Π (t − s) over the other points s, for t = 0, ±p and ±q.</summary>
    private const double Zero = 1 / (P2 * Q2);
    private const double AtP = 1 / (2 * P2 * (P2 - Q2));
    private const double AtQ = 1 / (2 * Q2 * (Q2 - P2));

    /// <inheritdoc/>
    public static int OutputEdge => 4;

    /// <inheritdoc/>
    public static int PatchEdge => Edge;

    /// <inheritdoc/>
    public static ReadOnlySpan<double> WeightMatrix =>
    [
        Zero, 0, 0,
        AtP, AtP * P, AtP * P2,
        AtP, -AtP * P, AtP * P2,
        AtQ, AtQ * Q, AtQ * Q2,
        AtQ, -AtQ * Q, AtQ * Q2,
        0, 0, 1,
    ];

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input<TKernel, TVector>(
        float* patch, nint rowStride, nint columnStride, int vectors, float* target, nint vectorStride, nint planeStride)
        where TKernel : struct, IVectorKernel<TVector>
        where TVector : struct
    {
        float* space = stackalloc float[((Edge * Edge) + 1) * TKernel.Lanes];
        float* half = Align(space, TKernel.Lanes);
        int halfRow = Edge * TKernel.Lanes;
        for (; vectors > 0; vectors--, patch += TKernel.Lanes, target += vectorStride)
        {
            for (int column = 0; column < Edge; column++)
            {
                InputLine<TKernel, TVector>(patch + (column * columnStride), rowStride, half + (column * TKernel.Lanes), halfRow);
            }

            for (int row = 0; row < Edge; row++)
            {
                InputLine<TKernel, TVector>(half + (row * halfRow), TKernel.Lanes, target + (row * Edge * planeStride), planeStride);
            }
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output<TKernel, TVector>(
        float* product, nint planeStride, int vectors, float* bias, float bound, float* target, nint rowStride, nint columnStride)
        where TKernel : struct, IVectorKernel<TVector>
        where TVector : struct
    {
        float* space = stackalloc float[((Edge * 4) + 1) * TKernel.Lanes];
        float* half = Align(space, TKernel.Lanes);
        TVector floor = TKernel.Broadcast(bound);
        for (; vectors > 0; vectors--, product += TKernel.Lanes, bias += TKernel.Lanes, target += TKernel.Lanes)
        {
            TVector shift = TKernel.Load(bias);
            for (int row = 0; row < Edge; row++)
            {
                float* line = half + (row * TKernel.Lanes);
                (TVector y0, TVector y1, TVector y2, TVector y3) = OutputLine<TKernel, TVector>(product + (row * Edge * planeStride), planeStride);
                TKernel.Store(y0, line);
                TKernel.Store(y1, line + (Edge * TKernel.Lanes));
                TKernel.Store(y2, line + (2 * Edge * TKernel.Lanes));
                TKernel.Store(y3, line + (3 * Edge * TKernel.Lanes));
            }

            for (int column = 0; column < 4; column++)
            {
                float* pixel = target + (column * columnStride);
                (TVector y0, TVector y1, TVector y2, TVector y3) = OutputLine<TKernel, TVector>(half + (column * Edge * TKernel.Lanes), TKernel.Lanes);
                TKernel.Store(TKernel.AtLeast(floor, TKernel.Add(y0, shift)), pixel);
                TKernel.Store(TKernel.AtLeast(floor, TKernel.Add(y1, shift)), pixel + rowStride);
                TKernel.Store(TKernel.AtLeast(floor, TKernel.Add(y2, shift)), pixel + (2 * rowStride));
                TKernel.Store(TKernel.AtLeast(floor, TKernel.Add(y3, shift)), pixel + (3 * rowStride));
            }
        }
    }

    private static float* Align(float* memory, int lanes)
    {
        nint size = lanes * sizeof(float);
        return (float*)(((nint)memory + size - 1) & -size);
    }

    /// <summary>Bᵀ times one column of six. Rows of opposite points share their even and odd part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputLine<TKernel, TVector>(float* source, nint stride, float* target, nint targetStride)
        where TKernel : struct, IVectorKernel<TVector>
        where TVector : struct
    {
        TVector product = TKernel.Broadcast((float)(P2 * Q2));
        TVector sum = TKernel.Broadcast((float)-(P2 + Q2));
        TVector p2 = TKernel.Broadcast((float)-P2);
        TVector q2 = TKernel.Broadcast((float)-Q2);
        TVector d1 = TKernel.Load(source + stride);
        TVector d2 = TKernel.Load(source + (2 * stride));
        TVector d3 = TKernel.Load(source + (3 * stride));
        TVector d4 = TKernel.Load(source + (4 * stride));
        TKernel.Store(
            TKernel.MultiplyAdd(product, TKernel.Load(source), TKernel.MultiplyAdd(sum, d2, d4)),
            target);
        Opposite<TKernel, TVector>(
            TKernel.MultiplyAdd(q2, d2, d4), TKernel.MultiplyAdd(q2, d1, d3), (float)P, target + targetStride, targetStride);
        Opposite<TKernel, TVector>(
            TKernel.MultiplyAdd(p2, d2, d4), TKernel.MultiplyAdd(p2, d1, d3), (float)Q, target + (3 * targetStride), targetStride);
        TKernel.Store(
            TKernel.MultiplyAdd(product, d1, TKernel.MultiplyAdd(sum, d3, TKernel.Load(source + (5 * stride)))),
            target + (5 * targetStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Opposite<TKernel, TVector>(TVector even, TVector odd, float point, float* target, nint targetStride)
        where TKernel : struct, IVectorKernel<TVector>
        where TVector : struct
    {
        TKernel.Store(TKernel.MultiplyAdd(TKernel.Broadcast(point), odd, even), target);
        TKernel.Store(TKernel.MultiplyAdd(TKernel.Broadcast(-point), odd, even), target + targetStride);
    }

    /// <summary>Aᵀ times one column of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Y0, TVector Y1, TVector Y2, TVector Y3) OutputLine<TKernel, TVector>(float* source, nint stride)
        where TKernel : struct, IVectorKernel<TVector>
        where TVector : struct
    {
        TVector m1 = TKernel.Load(source + stride);
        TVector m2 = TKernel.Load(source + (2 * stride));
        TVector m3 = TKernel.Load(source + (3 * stride));
        TVector m4 = TKernel.Load(source + (4 * stride));
        TVector evenP = TKernel.Add(m1, m2);
        TVector oddP = TKernel.Multiply(TKernel.Broadcast((float)P), TKernel.Subtract(m1, m2));
        TVector evenQ = TKernel.Add(m3, m4);
        TVector oddQ = TKernel.Multiply(TKernel.Broadcast((float)Q), TKernel.Subtract(m3, m4));
        TVector p2 = TKernel.Broadcast((float)P2);
        TVector q2 = TKernel.Broadcast((float)Q2);
        return (
            TKernel.Add(TKernel.Add(TKernel.Load(source), evenP), evenQ),
            TKernel.Add(oddP, oddQ),
            TKernel.MultiplyAdd(p2, evenP, TKernel.Multiply(q2, evenQ)),
            TKernel.MultiplyAdd(p2, oddP, TKernel.MultiplyAdd(q2, oddQ, TKernel.Load(source + (5 * stride)))));
    }
}
