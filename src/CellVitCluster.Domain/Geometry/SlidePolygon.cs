using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Domain.Geometry;

/// <summary>
/// Outline without holes in level-0 px (<see cref="SlidePoint"/>): an open ring of at least three vertices, first vertex not repeated.
/// Immutable. The outline of a tile's cell is a view of its contour, whose coordinates are computed where they are asked for: a slide has
/// tens of millions of vertices, and most are written once and never looked at here.
/// </summary>
public sealed class SlidePolygon
{
    private readonly double[]? _coordinates;
    private readonly TileContour? _contour;
    private readonly TileFrame _frame;

    /// <summary>Takes ownership of interleaved x, y coordinates.</summary>
    /// <param name="coordinates">2 n values, n ≥ 3; must not be changed any more.</param>
    /// <exception cref="ArgumentException">Fewer than three vertices, or an odd number of values.</exception>
    public SlidePolygon(double[] coordinates)
    {
        ArgumentNullException.ThrowIfNull(coordinates);
        if (coordinates.Length < 6 || coordinates.Length % 2 != 0)
        {
            throw new ArgumentException("An outline needs at least three (x, y) vertices.", nameof(coordinates));
        }

        _coordinates = coordinates;
    }

    /// <summary>The outline of a tile's cell on the slide. Nothing is rounded.</summary>
    /// <param name="contour">Tile px.</param>
    /// <param name="frame">The tile.</param>
    public SlidePolygon(TileContour contour, TileFrame frame)
    {
        ArgumentNullException.ThrowIfNull(contour);
        _contour = contour;
        _frame = frame;
    }

    /// <summary>Number of vertices.</summary>
    public int Count => _contour?.Count ?? (_coordinates!.Length / 2);

    /// <summary>Vertex <paramref name="index"/>.</summary>
    public SlidePoint this[int index] => _contour is null
        ? new SlidePoint(_coordinates![2 * index], _coordinates[(2 * index) + 1])
        : _frame.ToSlide(_contour[index]);

    /// <summary>Smallest rectangle around the vertices; not finite when a coordinate is not.</summary>
    public SlideRect Bounds
    {
        get
        {
            double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
            for (int i = 0; i < Count; i++)
            {
                SlidePoint vertex = this[i];
                left = Math.Min(left, vertex.X);
                right = Math.Max(right, vertex.X);
                top = Math.Min(top, vertex.Y);
                bottom = Math.Max(bottom, vertex.Y);
            }

            return new SlideRect(left, top, right - left, bottom - top);
        }
    }

    /// <summary>Enclosed area in level-0 px² (shoelace formula, absolute value).</summary>
    public double Area
    {
        get
        {
            double twice = 0;
            SlidePoint previous = this[Count - 1];
            for (int i = 0; i < Count; i++)
            {
                SlidePoint vertex = this[i];
                twice += (previous.X * vertex.Y) - (vertex.X * previous.Y);
                previous = vertex;
            }

            return Math.Abs(twice) / 2;
        }
    }

    /// <summary>Length of the closed outline in level-0 px.</summary>
    public double Perimeter
    {
        get
        {
            double length = 0;
            SlidePoint previous = this[Count - 1];
            for (int i = 0; i < Count; i++)
            {
                SlidePoint vertex = this[i];
                length += Math.Sqrt(Math.Pow(vertex.X - previous.X, 2) + Math.Pow(vertex.Y - previous.Y, 2));
                previous = vertex;
            }

            return length;
        }
    }

    /// <summary>Whether the point lies inside (even-odd rule).</summary>
    public bool Contains(SlidePoint point)
    {
        bool inside = false;
        SlidePoint previous = this[Count - 1];
        for (int i = 0; i < Count; i++)
        {
            SlidePoint vertex = this[i];
            if (vertex.Y > point.Y != previous.Y > point.Y
                && point.X < ((previous.X - vertex.X) * (point.Y - vertex.Y) / (previous.Y - vertex.Y)) + vertex.X)
            {
                inside = !inside;
            }

            previous = vertex;
        }

        return inside;
    }

    /// <summary>Writes the coordinates, interleaved x, y.</summary>
    /// <param name="destination">Receives 2 · <see cref="Count"/> values; may be longer.</param>
    public void CopyTo(Span<double> destination)
    {
        if (_contour is null)
        {
            _coordinates.CopyTo(destination);
            return;
        }

        for (int i = 0; i < _contour.Count; i++)
        {
            (destination[2 * i], destination[(2 * i) + 1]) = this[i];
        }
    }

    /// <summary>A copy of the coordinates, interleaved x, y.</summary>
    public double[] ToArray()
    {
        double[] coordinates = new double[2 * Count];
        CopyTo(coordinates);
        return coordinates;
    }
}
