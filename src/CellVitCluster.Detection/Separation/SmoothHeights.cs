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
            ReadOnlySpan<double> above = Around(run, run.Row - 1);
            ReadOnlySpan<double> center = Around(run, run.Row);
            ReadOnlySpan<double> below = Around(run, run.Row + 1);
            Span<double> target = _heights.Row(run.Row).Slice(run.Start, run.Length);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = -((Smooth(center, i) * 0.5) + ((Smooth(above, i) + Smooth(below, i)) * 0.25));
            }
        }
    }

    private static double Smooth(ReadOnlySpan<double> row, int i) => (row[i + 1] * 0.5) + ((row[i] + row[i + 2]) * 0.25);

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
