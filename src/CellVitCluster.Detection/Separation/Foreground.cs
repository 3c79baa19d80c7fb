using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// The pixels that are nucleus, without specks (spec/inference.md §9, step 1), as a mask and as runs. Components that do not touch never
/// influence each other later, so the runs are also grouped by component. Reusable, not thread-safe.
/// </summary>
internal sealed class Foreground
{
    private readonly ConnectedComponents _components = new();
    private PixelRun[] _runs = [];
    private int _runCount;
    private int[] _numbers = [];
    private PixelRun[] _grouped = [];
    private int[] _groupStarts = [];

    /// <summary>1 for foreground, <c>[Height, Width]</c>.</summary>
    public byte[] Mask { get; private set; } = [];

    /// <summary>Width of the image in px.</summary>
    public int Width { get; private set; }

    /// <summary>Height of the image in px.</summary>
    public int Height { get; private set; }

    /// <summary>Number of 4-connected components.</summary>
    public int ComponentCount { get; private set; }

    /// <summary>Smallest rectangle around the foreground.</summary>
    public TileRect Region { get; private set; }

    /// <summary>Foreground runs in raster order.</summary>
    public ReadOnlySpan<PixelRun> Runs => _runs.AsSpan(0, _runCount);

    /// <summary>Runs of one component in raster order.</summary>
    public ReadOnlySpan<PixelRun> RunsOf(int component) => _grouped.AsSpan(_groupStarts[component].._groupStarts[component + 1]);

    /// <summary>Takes the components of at least <paramref name="minimumPixels"/> px.</summary>
    /// <returns>Whether there are any.</returns>
    public bool Build(ReadOnlySpan<byte> nucleus, int width, int height, int minimumPixels)
    {
        Width = width;
        Height = height;
        _components.FindSet(nucleus, width, height);
        if (Mask.Length < width * height)
        {
            Mask = new byte[width * height];
        }

        Mask.AsSpan(0, width * height).Clear();
        NumberLargeComponents(minimumPixels);
        KeepRuns();
        GroupRuns();
        return ComponentCount > 0;
    }

    private void NumberLargeComponents(int minimumPixels)
    {
        ReadOnlySpan<int> areas = _components.Areas;
        if (_numbers.Length < areas.Length)
        {
            _numbers = new int[areas.Length];
        }

        ComponentCount = 0;
        for (int i = 0; i < areas.Length; i++)
        {
            _numbers[i] = areas[i] >= minimumPixels ? ComponentCount++ : -1;
        }
    }

    private void KeepRuns()
    {
        ReadOnlySpan<PixelRun> runs = _components.Runs;
        if (_runs.Length < runs.Length)
        {
            _runs = new PixelRun[runs.Length];
            _grouped = new PixelRun[runs.Length];
        }

        _runCount = 0;
        int left = Width, right = 0, top = Height, bottom = 0;
        foreach (PixelRun run in runs)
        {
            int number = _numbers[run.Component];
            if (number < 0)
            {
                continue;
            }

            _runs[_runCount++] = run with { Component = number };
            Mask.AsSpan((run.Row * Width) + run.Start, run.Length).Fill(1);
            left = Math.Min(left, run.Start);
            right = Math.Max(right, run.End);
            top = Math.Min(top, run.Row);
            bottom = run.Row + 1;
        }

        Region = _runCount == 0 ? default : new TileRect(left, top, right - left, bottom - top);
    }

    private void GroupRuns()
    {
        if (_groupStarts.Length < ComponentCount + 2)
        {
            _groupStarts = new int[ComponentCount + 2];
        }

        // Counting sort: after the sums, entry c + 1 is where component c writes next; after writing it is where c + 1 begins.
        Span<int> starts = _groupStarts.AsSpan(0, ComponentCount + 2);
        starts.Clear();
        foreach (PixelRun run in Runs)
        {
            starts[run.Component + 2]++;
        }

        for (int i = 2; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        foreach (PixelRun run in Runs)
        {
            _grouped[starts[run.Component + 1]++] = run;
        }
    }
}
