using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Contours;

/// <summary>
/// Outer boundary of one part of an instance by 8-connected border following; runs of equal direction keep only their end points
/// (spec/inference.md §10.1). Begins at the top-most, then left-most pixel and goes down the left side. Reusable, not thread-safe.
/// </summary>
public sealed class ContourTracer
{
    /// <summary>Steps to the right: E, NE, N, NW, W, SW, S, SE (y grows downwards).</summary>
    private static readonly sbyte[] StepX = [1, 1, 0, -1, -1, -1, 0, 1];

    private static readonly sbyte[] StepY = [0, -1, -1, -1, 0, 1, 1, 1];

    private int[] _points = new int[256];
    private int _length;

    /// <summary>Traces the part that holds the given pixel.</summary>
    /// <param name="labels">Label image.</param>
    /// <param name="x">Column of the part's first pixel in raster order.</param>
    /// <param name="y">Row of that pixel.</param>
    /// <returns>
    /// Interleaved column, row indices of the vertices, first not repeated; one vertex for a lone pixel, two for a straight line. Memory of the
    /// tracer, valid until the next call.
    /// </returns>
    public ReadOnlySpan<int> Trace(LabelImage labels, int x, int y)
    {
        ArgumentNullException.ThrowIfNull(labels);
        int[] framed = labels.Framed;
        int stride = labels.Stride;
        Span<int> steps = [1, 1 - stride, -stride, -1 - stride, -1, stride - 1, stride, stride + 1];
        int first = labels.IndexOf(x, y);
        int label = framed[first];
        _length = 0;

        int direction = FirstDirection(framed, steps, first, label);
        if (direction < 0)
        {
            Emit(x, y);
            return _points.AsSpan(0, _length);
        }

        int second = first + steps[direction];
        int previous = direction ^ 4;
        int current = first;
        while (true)
        {
            do
            {
                direction = (direction + 1) & 7;
            }
            while (framed[current + steps[direction]] != label);

            if (direction != previous)
            {
                Emit(x, y);
                previous = direction;
            }

            int next = current + steps[direction];
            if (next == first && current == second)
            {
                return _points.AsSpan(0, _length);
            }

            current = next;
            x += StepX[direction];
            y += StepY[direction];
            direction = (direction + 4) & 7;
        }
    }

    /// <summary>Direction of the first neighbor met clockwise from the west, or −1 for a lone pixel.</summary>
    private static int FirstDirection(int[] framed, ReadOnlySpan<int> steps, int pixel, int label)
    {
        for (int turn = 1; turn < 8; turn++)
        {
            int direction = (4 - turn) & 7;
            if (framed[pixel + steps[direction]] == label)
            {
                return direction;
            }
        }

        return -1;
    }

    private void Emit(int x, int y)
    {
        if (_length + 2 > _points.Length)
        {
            Array.Resize(ref _points, 2 * _points.Length);
        }

        _points[_length++] = x;
        _points[_length++] = y;
    }
}
