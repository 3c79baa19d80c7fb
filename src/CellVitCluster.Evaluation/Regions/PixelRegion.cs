using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Evaluation.Regions;

/// <summary>
/// Pixels of one cell as runs, ordered by row, then column; runs share no pixel. Memory follows the height of the cell, wherever on a slide
/// it lies. Immutable.
/// </summary>
public sealed class PixelRegion
{
    private readonly RegionRun[] _runs;

    /// <summary>Takes ownership of ordered, disjoint runs.</summary>
    /// <exception cref="ArgumentException">A run is empty, out of order or shares a pixel with the one before.</exception>
    public PixelRegion(RegionRun[] runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        int left = int.MaxValue, right = int.MinValue;
        for (int i = 0; i < runs.Length; i++)
        {
            RegionRun run = runs[i];
            if (run.Length <= 0 || (i > 0 && (run.Y < runs[i - 1].Y || (run.Y == runs[i - 1].Y && run.Start < runs[i - 1].End))))
            {
                throw new ArgumentException($"The runs of a region must be ordered and disjoint; run {i} is {run}.", nameof(runs));
            }

            left = Math.Min(left, run.Start);
            right = Math.Max(right, run.End);
            Area += run.Length;
        }

        _runs = runs;
        Box = runs.Length == 0 ? default : new SlideRect(left, runs[0].Y, right - left, runs[^1].Y + 1.0 - runs[0].Y);
    }

    /// <summary>Runs by row, then column.</summary>
    public ReadOnlySpan<RegionRun> Runs => _runs;

    /// <summary>Number of pixels.</summary>
    public long Area { get; }

    /// <summary>Smallest rectangle around the pixels; without extent for an empty region.</summary>
    public SlideRect Box { get; }

    /// <summary>Mean of the pixel centers (at +0.5); null for an empty region.</summary>
    public SlidePoint? Centroid
    {
        get
        {
            if (Area == 0)
            {
                return null;
            }

            double sumX = 0, sumY = 0;
            foreach (RegionRun run in _runs)
            {
                // Twice the sum of the column indices: an integer, so that no order of summation matters.
                sumX += (run.Start + run.End - 1.0) * run.Length;
                sumY += (double)run.Y * run.Length;
            }

            return new SlidePoint((sumX / (2.0 * Area)) + 0.5, (sumY / Area) + 0.5);
        }
    }

    /// <summary>Number of pixels that both regions have.</summary>
    public long CountShared(PixelRegion other)
    {
        ArgumentNullException.ThrowIfNull(other);
        long shared = 0;
        int a = 0, b = 0;
        while (a < _runs.Length && b < other._runs.Length)
        {
            RegionRun mine = _runs[a], theirs = other._runs[b];
            if (mine.Y == theirs.Y)
            {
                shared += Math.Max(0, Math.Min(mine.End, theirs.End) - Math.Max(mine.Start, theirs.Start));
            }

            if (mine.Y < theirs.Y || (mine.Y == theirs.Y && mine.End <= theirs.End))
            {
                a++;
            }
            else
            {
                b++;
            }
        }

        return shared;
    }

    /// <summary>The pixels of this region that another one does not have.</summary>
    public PixelRegion Except(PixelRegion other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var left = new List<RegionRun>(_runs.Length);
        int b = 0;
        foreach (RegionRun run in _runs)
        {
            while (b < other._runs.Length && (other._runs[b].Y < run.Y || (other._runs[b].Y == run.Y && other._runs[b].End <= run.Start)))
            {
                b++;
            }

            int start = run.Start;
            for (int i = b; i < other._runs.Length && other._runs[i].Y == run.Y && other._runs[i].Start < run.End; i++)
            {
                if (other._runs[i].Start > start)
                {
                    left.Add(run with { Start = start, End = other._runs[i].Start });
                }

                start = other._runs[i].End;
            }

            if (start < run.End)
            {
                left.Add(run with { Start = start });
            }
        }

        return new PixelRegion([.. left]);
    }
}
