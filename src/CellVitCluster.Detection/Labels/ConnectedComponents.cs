namespace CellVitCluster.Detection.Labels;

/// <summary>
/// Connected components by union-find over horizontal runs: the work follows the number of runs, not of pixels. Components are numbered
/// from 0 in raster order of their first pixels (spec/inference.md §9.1). Reusable; buffers grow to the largest image seen. Not thread-safe.
/// </summary>
internal sealed class ConnectedComponents
{
    private PixelRun[] _runs = new PixelRun[1024];
    private int[] _parents = new int[1024];
    private int[] _areas = new int[256];
    private int _runCount;

    /// <summary>Number of components.</summary>
    public int Count { get; private set; }

    /// <summary>Runs in raster order.</summary>
    public ReadOnlySpan<PixelRun> Runs => _runs.AsSpan(0, _runCount);

    /// <summary>Pixels per component.</summary>
    public ReadOnlySpan<int> Areas => _areas.AsSpan(0, Count);

    /// <summary>4-connected components of the pixels that are not zero.</summary>
    public void FindSet(ReadOnlySpan<byte> mask, int width, int height)
    {
        Begin();
        int previous = 0;
        for (int y = 0; y < height; y++)
        {
            int first = _runCount;
            AppendSetRuns(mask.Slice(y * width, width), y);
            Connect(previous, first, reach: 0);
            previous = first;
        }

        Number();
    }

    /// <summary>4-connected components of the pixels that are zero.</summary>
    public void FindClear(ReadOnlySpan<byte> mask, int width, int height)
    {
        Begin();
        int previous = 0;
        for (int y = 0; y < height; y++)
        {
            int first = _runCount;
            AppendClearRuns(mask.Slice(y * width, width), y);
            Connect(previous, first, reach: 0);
            previous = first;
        }

        Number();
    }

    /// <summary>8-connected parts of equal labels; label 0 is background.</summary>
    public void FindParts(LabelImage image)
    {
        Begin();
        int previous = 0;
        for (int y = 0; y < image.Height; y++)
        {
            int first = _runCount;
            AppendLabelRuns(image.Row(y), y);
            Connect(previous, first, reach: 1);
            previous = first;
        }

        Number();
    }

    /// <summary>4-connected components of the pixels without a label.</summary>
    public void FindBackground(LabelImage image)
    {
        Begin();
        int previous = 0;
        for (int y = 0; y < image.Height; y++)
        {
            int first = _runCount;
            AppendBackgroundRuns(image.Row(y), y);
            Connect(previous, first, reach: 0);
            previous = first;
        }

        Number();
    }

    private void Begin()
    {
        _runCount = 0;
        Count = 0;
    }

    private void AppendSetRuns(ReadOnlySpan<byte> row, int y)
    {
        int x = 0;
        while (true)
        {
            int gap = row[x..].IndexOfAnyExcept((byte)0);
            if (gap < 0)
            {
                return;
            }

            int start = x + gap;
            int length = row[start..].IndexOf((byte)0);
            x = length < 0 ? row.Length : start + length;
            Append(y, start, x, 1);
        }
    }

    private void AppendClearRuns(ReadOnlySpan<byte> row, int y)
    {
        int x = 0;
        while (true)
        {
            int gap = row[x..].IndexOf((byte)0);
            if (gap < 0)
            {
                return;
            }

            int start = x + gap;
            int length = row[start..].IndexOfAnyExcept((byte)0);
            x = length < 0 ? row.Length : start + length;
            Append(y, start, x, 1);
        }
    }

    private void AppendLabelRuns(ReadOnlySpan<int> row, int y)
    {
        int x = 0;
        while (true)
        {
            int gap = row[x..].IndexOfAnyExcept(0);
            if (gap < 0)
            {
                return;
            }

            int start = x + gap;
            int label = row[start];
            int length = row[start..].IndexOfAnyExcept(label);
            x = length < 0 ? row.Length : start + length;
            Append(y, start, x, label);
        }
    }

    private void AppendBackgroundRuns(ReadOnlySpan<int> row, int y)
    {
        int x = 0;
        while (true)
        {
            int gap = row[x..].IndexOf(0);
            if (gap < 0)
            {
                return;
            }

            int start = x + gap;
            int length = row[start..].IndexOfAnyExcept(0);
            x = length < 0 ? row.Length : start + length;
            Append(y, start, x, 1);
        }
    }

    private void Append(int row, int start, int end, int value)
    {
        if (_runCount == _runs.Length)
        {
            Array.Resize(ref _runs, 2 * _runCount);
            Array.Resize(ref _parents, 2 * _runCount);
        }

        _parents[_runCount] = _runCount;
        _runs[_runCount++] = new PixelRun { Row = row, Start = start, End = end, Value = value };
    }

    /// <summary>Unites the runs of the newest row with those of the row above; <paramref name="reach"/> 1 lets diagonals touch.</summary>
    private void Connect(int above, int current, int reach)
    {
        int candidate = above;
        for (int i = current; i < _runCount; i++)
        {
            ref PixelRun run = ref _runs[i];
            while (candidate < current && _runs[candidate].End + reach <= run.Start)
            {
                candidate++;
            }

            for (int j = candidate; j < current && _runs[j].Start < run.End + reach; j++)
            {
                if (_runs[j].Value == run.Value)
                {
                    Unite(i, j);
                }
            }
        }
    }

    private void Unite(int a, int b)
    {
        a = Root(a);
        b = Root(b);

        // The earlier run is the root: roots appear in raster order of the components' first pixels.
        if (a < b)
        {
            _parents[b] = a;
        }
        else
        {
            _parents[a] = b;
        }
    }

    private int Root(int run)
    {
        int[] parents = _parents;
        while (parents[run] != run)
        {
            parents[run] = parents[parents[run]];
            run = parents[run];
        }

        return run;
    }

    private void Number()
    {
        for (int i = 0; i < _runCount; i++)
        {
            ref PixelRun run = ref _runs[i];
            if (_parents[i] == i)
            {
                if (Count == _areas.Length)
                {
                    Array.Resize(ref _areas, 2 * Count);
                }

                _areas[Count] = 0;
                run.Component = Count++;
            }
            else
            {
                run.Component = _runs[_parents[i]].Component;
            }

            _areas[run.Component] += run.Length;
        }
    }
}
