using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Floods the foreground from the markers, lowest pixel first, each pixel taking the label it is reached from (spec/inference.md §9.7).
/// <para>
/// Three facts save most of the work without changing a label. Components of the foreground cannot influence each other, so each is flooded
/// with a small queue of its own. A component with one marker takes its label outright. A pixel without free neighbors when it would be
/// queued can never label anything. They need a total order of the queue, which (height, age) is except between markers.
/// </para>
/// <para>
/// Between markers of equal height the default takes raster order. The published order is a by-product of one heap over the whole image; it
/// is followed by flooding again in exactly that way when a tie shows up, which on real maps is hardly ever.
/// </para>
/// Reusable, not thread-safe.
/// </summary>
internal sealed class MarkerWatershed
{
    private const int Free = -1;
    private const int Several = -2;

    private readonly FloodQueue _queue = new();
    private int[] _onlyLabel = [];

    /// <summary>Labels the foreground.</summary>
    /// <param name="labels">Receives the labels: marker numbers in raster order, with gaps where markers were too small or lie elsewhere.</param>
    /// <param name="heights">Landscape, with the layout of <paramref name="labels"/>.</param>
    /// <param name="foreground">Pixels that may be labeled.</param>
    /// <param name="markers">Markers; component n gives label n + 1.</param>
    /// <param name="markerMinimumPixels">Smaller markers are ignored.</param>
    /// <param name="publishedTieOrder">Whether markers of equal height follow the published order instead of raster order.</param>
    public void Flood(
        LabelImage labels, FramedBuffer heights, Foreground foreground, ConnectedComponents markers, int markerMinimumPixels, bool publishedTieOrder)
    {
        Seed(labels, foreground, markers, markerMinimumPixels);
        if (!FloodByComponent(labels, heights, foreground, publishedTieOrder))
        {
            Seed(labels, foreground, markers, markerMinimumPixels);
            FloodAtOnce(labels, heights, foreground);
        }
    }

    private static void Seed(LabelImage labels, Foreground foreground, ConnectedComponents markers, int markerMinimumPixels)
    {
        int[] framed = labels.Framed;
        framed.AsSpan(0, labels.Stride * (labels.Height + 2)).Clear();
        foreach (PixelRun run in foreground.Runs)
        {
            framed.AsSpan(labels.IndexOf(run.Start, run.Row), run.Length).Fill(Free);
        }

        foreach (PixelRun run in markers.Runs)
        {
            if (markers.Areas[run.Component] < markerMinimumPixels)
            {
                continue;
            }

            // A marker may reach beyond the foreground where a hole was filled.
            foreach (ref int label in framed.AsSpan(labels.IndexOf(run.Start, run.Row), run.Length))
            {
                label = label == Free ? run.Component + 1 : label;
            }
        }
    }

    private bool FloodByComponent(LabelImage labels, FramedBuffer heights, Foreground foreground, bool stopAtTie)
    {
        FindOnlyLabels(labels, foreground);
        int age = 0;
        for (int component = 0; component < foreground.ComponentCount; component++)
        {
            if (_onlyLabel[component] != Several)
            {
                foreach (PixelRun run in foreground.RunsOf(component))
                {
                    labels.Framed.AsSpan(labels.IndexOf(run.Start, run.Row), run.Length).Fill(_onlyLabel[component]);
                }
            }
            else if (!FloodComponent(labels, heights.Values, foreground.RunsOf(component), ref age, stopAtTie))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Per component the label of its markers: 0 without any, <see cref="Several"/> for different ones.</summary>
    private void FindOnlyLabels(LabelImage labels, Foreground foreground)
    {
        if (_onlyLabel.Length < foreground.ComponentCount)
        {
            _onlyLabel = new int[foreground.ComponentCount];
        }

        _onlyLabel.AsSpan(0, foreground.ComponentCount).Clear();
        foreach (PixelRun run in foreground.Runs)
        {
            ref int only = ref _onlyLabel[run.Component];
            ReadOnlySpan<int> rest = labels.Framed.AsSpan(labels.IndexOf(run.Start, run.Row), run.Length);
            for (int i = rest.IndexOfAnyExcept(Free); i >= 0 && only != Several; i = rest.IndexOfAnyExcept(Free))
            {
                int label = rest[i];
                only = only == 0 || only == label ? label : Several;
                int end = rest[i..].IndexOfAnyExcept(label);
                rest = end < 0 ? [] : rest[(i + end)..];
            }
        }
    }

    private bool FloodComponent(LabelImage labels, double[] heights, ReadOnlySpan<PixelRun> runs, ref int age, bool stopAtTie)
    {
        int[] framed = labels.Framed;
        int stride = labels.Stride;
        _queue.Clear();
        foreach (PixelRun run in runs)
        {
            int start = labels.IndexOf(run.Start, run.Row);
            for (int pixel = start; pixel < start + run.Length; pixel++)
            {
                if (framed[pixel] > 0 && HasFreeNeighbor(framed, pixel, stride))
                {
                    // Markers older than all others even in a later component: only order within a component counts.
                    _queue.Push(heights[pixel], age++, pixel);
                }
            }
        }

        int youngestMarker = age - 1;
        double lastMarkerHeight = double.NaN;
        Span<int> steps = [-stride, -1, 1, stride];
        while (_queue.Count > 0)
        {
            FloodQueue.Entry entry = _queue.Pop();
            if (stopAtTie && entry.Age <= youngestMarker)
            {
                if (entry.Height == lastMarkerHeight)
                {
                    return false;
                }

                lastMarkerHeight = entry.Height;
            }

            foreach (int step in steps)
            {
                int neighbor = entry.Pixel + step;
                if (framed[neighbor] == Free)
                {
                    framed[neighbor] = framed[entry.Pixel];
                    if (HasFreeNeighbor(framed, neighbor, stride))
                    {
                        _queue.Push(heights[neighbor], age++, neighbor);
                    }
                }
            }
        }

        return true;
    }

    private static bool HasFreeNeighbor(int[] framed, int pixel, int stride) =>
        framed[pixel - stride] == Free || framed[pixel - 1] == Free || framed[pixel + 1] == Free || framed[pixel + stride] == Free;

    /// <summary>The published procedure to the letter: one heap, all marker pixels first and equally old.</summary>
    private void FloodAtOnce(LabelImage labels, FramedBuffer heights, Foreground foreground)
    {
        int[] framed = labels.Framed;
        _queue.Clear();
        foreach (PixelRun run in foreground.Runs)
        {
            int start = labels.IndexOf(run.Start, run.Row);
            for (int pixel = start; pixel < start + run.Length; pixel++)
            {
                if (framed[pixel] > 0)
                {
                    _queue.Push(heights.Values[pixel], 0, pixel);
                }
            }
        }

        int age = 1;
        Span<int> steps = [-labels.Stride, -1, 1, labels.Stride];
        while (_queue.Count > 0)
        {
            int pixel = _queue.Pop().Pixel;
            foreach (int step in steps)
            {
                int neighbor = pixel + step;
                if (framed[neighbor] == Free)
                {
                    framed[neighbor] = framed[pixel];
                    _queue.Push(heights.Values[neighbor], ++age, neighbor);
                }
            }
        }

        foreach (PixelRun run in foreground.Runs)
        {
            framed.AsSpan(labels.IndexOf(run.Start, run.Row), run.Length).Replace(Free, 0);
        }
    }
}
