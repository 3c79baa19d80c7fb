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

    private readonly FloodQueue _publishedQueue = new();
    private readonly LevelQueue _queue = new();
    private int[] _onlyLabel = [];

    /// <summary>Labels the foreground.</summary>
    /// <param name="labels">Receives the labels: marker numbers in raster order, with gaps where markers were too small or lie elsewhere.</param>
    /// <param name="heights">Landscape.</param>
    /// <param name="foreground">Pixels that may be labeled.</param>
    /// <param name="markers">Markers; component n gives label n + 1.</param>
    /// <param name="markerMinimumPixels">Smaller markers are ignored.</param>
    /// <param name="publishedTieOrder">Whether markers of equal height follow the published order instead of raster order.</param>
    public void Flood(
        LabelImage labels, IHeights heights, Foreground foreground, ConnectedComponents markers, int markerMinimumPixels, bool publishedTieOrder)
    {
        Seed(labels, foreground, markers, markerMinimumPixels);
        FindOnlyLabels(foreground, markers, markerMinimumPixels);
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
            framed.AsSpan(labels.IndexOf(run.Start, run.Row), run.Length).Replace(Free, run.Component + 1);
        }
    }

    private bool FloodByComponent(LabelImage labels, IHeights heights, Foreground foreground, bool stopAtTie)
    {
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
            else
            {
                heights.Compute(foreground.RunsOf(component));
                if (!FloodComponent(labels, heights.Values, foreground.RunsOf(component), ref age, stopAtTie))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>
    /// Per component the label of its markers: 0 without any, <see cref="Several"/> for different ones. Goes through both lists of runs side by
    /// side instead of through the pixels.
    /// </summary>
    private void FindOnlyLabels(Foreground foreground, ConnectedComponents markers, int markerMinimumPixels)
    {
        if (_onlyLabel.Length < foreground.ComponentCount)
        {
            _onlyLabel = new int[foreground.ComponentCount];
        }

        _onlyLabel.AsSpan(0, foreground.ComponentCount).Clear();
        ReadOnlySpan<PixelRun> runs = foreground.Runs;
        int at = 0;
        foreach (PixelRun marker in markers.Runs)
        {
            if (markers.Areas[marker.Component] < markerMinimumPixels)
            {
                continue;
            }

            while (at < runs.Length && (runs[at].Row < marker.Row || (runs[at].Row == marker.Row && runs[at].End <= marker.Start)))
            {
                at++;
            }

            // The last of the runs that a marker meets may meet the next marker too.
            for (int i = at; i < runs.Length && runs[i].Row == marker.Row && runs[i].Start < marker.End; i++)
            {
                ref int only = ref _onlyLabel[runs[i].Component];
                only = only == 0 || only == marker.Component + 1 ? marker.Component + 1 : Several;
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
            LevelQueue.Entry entry = _queue.Pop();
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
        framed[pixel - stride] == Free | framed[pixel - 1] == Free | framed[pixel + 1] == Free | framed[pixel + stride] == Free;

    /// <summary>The published procedure to the letter: one heap, all marker pixels first and equally old.</summary>
    private void FloodAtOnce(LabelImage labels, IHeights heights, Foreground foreground)
    {
        int[] framed = labels.Framed;
        heights.Compute(foreground.Runs);
        _publishedQueue.Clear();
        foreach (PixelRun run in foreground.Runs)
        {
            int start = labels.IndexOf(run.Start, run.Row);
            for (int pixel = start; pixel < start + run.Length; pixel++)
            {
                if (framed[pixel] > 0)
                {
                    _publishedQueue.Push(heights.Values[pixel], 0, pixel);
                }
            }
        }

        int age = 1;
        Span<int> steps = [-labels.Stride, -1, 1, labels.Stride];
        while (_publishedQueue.Count > 0)
        {
            int pixel = _publishedQueue.Pop().Pixel;
            foreach (int step in steps)
            {
                int neighbor = pixel + step;
                if (framed[neighbor] == Free)
                {
                    framed[neighbor] = framed[pixel];
                    _publishedQueue.Push(heights.Values[neighbor], ++age, neighbor);
                }
            }
        }

        foreach (PixelRun run in foreground.Runs)
        {
            framed.AsSpan(labels.IndexOf(run.Start, run.Row), run.Length).Replace(Free, 0);
        }
    }
}
