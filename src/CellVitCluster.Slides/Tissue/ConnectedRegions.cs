namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// Removes small 4-connected regions of a mask in place. Works on runs of pixels with a disjoint-set forest: one pass, memory by the number
/// of runs.
/// </summary>
internal sealed class ConnectedRegions
{
    private readonly BinaryMask _mask;
    private readonly byte _value;
    private readonly List<Run> _runs = [];
    private readonly List<int> _parents = [];
    private readonly List<long> _areas = [];

    private ConnectedRegions(BinaryMask mask, byte value)
    {
        _mask = mask;
        _value = value;
    }

    /// <summary>Sets regions of ones with fewer than <paramref name="minArea"/> px to zero.</summary>
    public static void RemoveSmall(BinaryMask mask, int minArea) => new ConnectedRegions(mask, value: 1).Flip(minArea);

    /// <summary>Sets regions of zeros with fewer than <paramref name="minArea"/> px, at the border of the picture too, to one.</summary>
    public static void FillSmallHoles(BinaryMask mask, int minArea) => new ConnectedRegions(mask, value: 0).Flip(minArea);

    private void Flip(int minArea)
    {
        int previousStart = 0;
        for (int y = 0; y < _mask.Height; y++)
        {
            int start = _runs.Count;
            CollectRuns(y);
            JoinWith(previousStart, start);
            previousStart = start;
        }

        for (int run = 0; run < _runs.Count; run++)
        {
            if (_areas[Root(run)] < minArea)
            {
                Run small = _runs[run];
                _mask.Pixels.AsSpan((small.Y * _mask.Width) + small.Left, small.Right - small.Left).Fill((byte)(1 - _value));
            }
        }
    }

    private void CollectRuns(int y)
    {
        ReadOnlySpan<byte> row = _mask.Pixels.AsSpan(y * _mask.Width, _mask.Width);
        int x = 0;
        while (x < row.Length)
        {
            int offset = row[x..].IndexOf(_value);
            if (offset < 0)
            {
                return;
            }

            int left = x + offset;
            int length = row[left..].IndexOfAnyExcept(_value);
            int right = length < 0 ? row.Length : left + length;
            _parents.Add(_runs.Count);
            _areas.Add(right - left);
            _runs.Add(new Run(y, left, right));
            x = right;
        }
    }

    private void JoinWith(int previousStart, int start)
    {
        int above = previousStart;
        for (int run = start; run < _runs.Count; run++)
        {
            while (above < start && _runs[above].Right <= _runs[run].Left)
            {
                above++;
            }

            for (int other = above; other < start && _runs[other].Left < _runs[run].Right; other++)
            {
                Join(other, run);
            }
        }
    }

    private void Join(int a, int b)
    {
        int first = Root(a), second = Root(b);
        if (first == second)
        {
            return;
        }

        int keep = Math.Min(first, second), drop = Math.Max(first, second);
        _parents[drop] = keep;
        _areas[keep] += _areas[drop];
    }

    private int Root(int run)
    {
        while (_parents[run] != run)
        {
            _parents[run] = _parents[_parents[run]];
            run = _parents[run];
        }

        return run;
    }

    private readonly record struct Run(int Y, int Left, int Right);
}
