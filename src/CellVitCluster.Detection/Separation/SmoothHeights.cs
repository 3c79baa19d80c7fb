using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Heights that the watershed floods: the negative of the depths smoothed with [¼, ½, ¼] along x and y, mirrored at the border of the image
/// (spec/inference.md §9, step 6, and §9.4). Most components of the foreground have one marker and are never flooded, so heights are computed
/// for the runs that are.
/// </summary>
internal sealed class SmoothHeights : IHeights
{
    private readonly Foreground _foreground;
    private readonly FramedBuffer _depths;
    private readonly FramedBuffer _heights;

    /// <summary>Prepares the depths' frame.</summary>
    /// <param name="foreground">Foreground.</param>
    /// <param name="depths">As <see cref="RidgeLandscape.Combine"/> leaves them.</param>
    /// <param name="heights">Receives the heights.</param>
    public SmoothHeights(Foreground foreground, FramedBuffer depths, FramedBuffer heights)
    {
        _foreground = foreground;
        _depths = depths;
        _heights = heights;
        MirrorSides();
    }

    /// <inheritdoc/>
    public double[] Values => _heights.Values;

    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<PixelRun> runs)
    {
        foreach (PixelRun run in runs)
        {
            Compute(
                Around(run, run.Row - 1),
                Around(run, run.Row),
                Around(run, run.Row + 1),
                _heights.Row(run.Row).Slice(run.Start, run.Length));
        }
    }

    private static void Compute(ReadOnlySpan<double> above, ReadOnlySpan<double> center, ReadOnlySpan<double> below, Span<double> target)
    {
        int count = Vector256<double>.Count;
        if (target.Length < count)
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = -((Smooth(center, i) * 0.5) + ((Smooth(above, i) + Smooth(below, i)) * 0.25));
            }

            return;
        }

        ref double from = ref MemoryMarshal.GetReference(center);
        ref double fromAbove = ref MemoryMarshal.GetReference(above);
        ref double fromBelow = ref MemoryMarshal.GetReference(below);
        ref double to = ref MemoryMarshal.GetReference(target);
        Vector256<double> half = Vector256.Create(0.5), quarter = Vector256.Create(0.25);

        // The last vector ends with the run; what it shares with the one before is computed twice.
        int last = target.Length - count;
        for (int i = 0; i < target.Length; i += count)
        {
            nuint at = (nuint)Math.Min(i, last);
            Vector256<double> sides = Smooth(ref fromAbove, at) + Smooth(ref fromBelow, at);
            (-((Smooth(ref from, at) * half) + (sides * quarter))).StoreUnsafe(ref to, at);
        }
    }

    private static double Smooth(ReadOnlySpan<double> row, int i) => (row[i + 1] * 0.5) + ((row[i] + row[i + 2]) * 0.25);

    private static Vector256<double> Smooth(ref double row, nuint i)
    {
        Vector256<double> sides = Vector256.LoadUnsafe(ref row, i) + Vector256.LoadUnsafe(ref row, i + 2);
        return (Vector256.LoadUnsafe(ref row, i + 1) * Vector256.Create(0.5)) + (sides * Vector256.Create(0.25));
    }

    /// <summary>A run's columns and one more on each side, in a row that may lie beyond the image.</summary>
    private ReadOnlySpan<double> Around(in PixelRun run, int y)
    {
        int row = Reflection.Inside(y, _foreground.Height);
        return _depths.Values.AsSpan(((row + 1) * _depths.Stride) + run.Start, run.Length + 2);
    }

    /// <summary>Writes the mirrored columns into the frame, where the region reaches the image's side.</summary>
    private void MirrorSides()
    {
        int left = Reflection.Inside(-1, _foreground.Width);
        int right = Reflection.Inside(_foreground.Width, _foreground.Width);
        for (int y = _foreground.Region.Y - 1; y <= _foreground.Region.Bottom; y++)
        {
            int origin = ((y + 1) * _depths.Stride) + 1;
            if (_foreground.Region.X == 0)
            {
                _depths.Values[origin - 1] = _depths.Values[origin + left];
            }

            if (_foreground.Region.Right == _foreground.Width)
            {
                _depths.Values[origin + _foreground.Width] = _depths.Values[origin + right];
            }
        }
    }
}
