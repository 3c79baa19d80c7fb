using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Contours;

/// <summary>
/// Outer outline of one part of an instance with exact area. It follows the edges between the part's pixels and the others (the cracks) and
/// connects the middles of consecutive unit edges, which turns every corner into a slant of half a pixel: diagonal steps become straight lines,
/// and where two pixels touch by a corner only, the outline bridges the gap instead of touching itself.
/// <para>
/// A slant takes 1/8 px² at a convex corner and adds as much at a concave one. Of each of the four kinds of convex corner (left and down, down
/// and right, right and up, up and left) a closed outline has exactly one more than of the concave corners that undo it; the first of each kind
/// keeps its point. So the area is the number of enclosed pixels, and the centers of the pixels inside lie inside, all others outside.
/// </para>
/// Begins with the upper-left corner of the top-most, then left-most pixel and goes down the left side. Reusable, not thread-safe.
/// </summary>
public sealed class CrackTracer
{
    private const int West = 3;

    /// <summary>Steps along the headings S, E, N, W (y grows downwards): a left turn is the next, the part lies on the left hand.</summary>
    private static readonly sbyte[] StepX = [0, 1, 0, -1];

    private static readonly sbyte[] StepY = [1, 0, -1, 0];

    private int[] _points = new int[256];
    private int _length;

    /// <summary>Traces the part that holds the given pixel.</summary>
    /// <param name="labels">Label image.</param>
    /// <param name="x">Column of the part's first pixel in raster order.</param>
    /// <param name="y">Row of that pixel.</param>
    /// <returns>
    /// Interleaved x, y of at least four vertices in half pixels, from the upper-left corner of the image; first not repeated, no three in a
    /// line. Memory of the tracer, valid until the next call.
    /// </returns>
    public ReadOnlySpan<int> Trace(LabelImage labels, int x, int y)
    {
        ArgumentNullException.ThrowIfNull(labels);
        int[] framed = labels.Framed;
        int stride = labels.Stride;

        // Of the four pixels around a corner, relative to the lower right one: the one ahead on the left hand for each heading.
        Span<int> ahead = [0, -stride, -stride - 1, -1];
        Span<int> steps = [stride, 1, -stride, -1];
        int first = labels.IndexOf(x, y);
        int label = framed[first];
        _length = 0;

        int corner = first, heading = 0, keptKinds = 1 << West;
        x *= 2;
        y *= 2;
        Emit(x, y);

        // Of the outline's last segment: twice the heading, odd on a slant to the heading that follows.
        int direction = 0;
        while (true)
        {
            corner += steps[heading];
            int middleX = x + StepX[heading], middleY = y + StepY[heading];
            x = middleX + StepX[heading];
            y = middleY + StepY[heading];
            if (corner == first)
            {
                // At this corner the part has one pixel only, so that it is passed once.
                Turn(2 * West, ref direction, middleX, middleY);
                return _points.AsSpan(0, _length);
            }

            if (framed[corner + ahead[(heading + 3) & 3]] == label)
            {
                Turn(((2 * heading) + 7) & 7, ref direction, middleX, middleY);
                heading = (heading + 3) & 3;
            }
            else if (framed[corner + ahead[heading]] == label)
            {
                Turn(2 * heading, ref direction, middleX, middleY);
            }
            else if ((keptKinds >> heading & 1) != 0)
            {
                Turn((2 * heading) + 1, ref direction, middleX, middleY);
                heading = (heading + 1) & 3;
            }
            else
            {
                keptKinds |= 1 << heading;
                Turn(2 * heading, ref direction, middleX, middleY);
                Emit(x, y);
                heading = (heading + 1) & 3;
                direction = 2 * heading;
            }
        }
    }

    /// <summary>Emits the point where the direction changes.</summary>
    private void Turn(int next, ref int direction, int x, int y)
    {
        if (next != direction)
        {
            Emit(x, y);
            direction = next;
        }
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
