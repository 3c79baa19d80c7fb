namespace CellVitCluster.Domain.Geometry;

/// <summary>
/// Outline without holes in level-0 px (<see cref="SlidePoint"/>): an open ring of at least three vertices, first vertex not repeated.
/// Coordinates are interleaved x, y. The array is owned by the polygon and must not be changed.
/// </summary>
public sealed class SlidePolygon
{
    private readonly double[] _coordinates;

    /// <summary>Takes ownership of interleaved x, y coordinates.</summary>
    /// <param name="coordinates">2 n values, n ≥ 3.</param>
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

    /// <summary>Number of vertices.</summary>
    public int Count => _coordinates.Length / 2;

    /// <summary>Interleaved x, y values.</summary>
    public ReadOnlySpan<double> Coordinates => _coordinates;

    /// <summary>Vertex <paramref name="index"/>.</summary>
    public SlidePoint this[int index] => new(_coordinates[2 * index], _coordinates[(2 * index) + 1]);

    /// <summary>Smallest rectangle around the vertices.</summary>
    public SlideRect Bounds
    {
        get
        {
            double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
            for (int i = 0; i < _coordinates.Length; i += 2)
            {
                left = Math.Min(left, _coordinates[i]);
                right = Math.Max(right, _coordinates[i]);
                top = Math.Min(top, _coordinates[i + 1]);
                bottom = Math.Max(bottom, _coordinates[i + 1]);
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
            for (int i = 0, j = _coordinates.Length - 2; i < _coordinates.Length; j = i, i += 2)
            {
                twice += (_coordinates[j] * _coordinates[i + 1]) - (_coordinates[i] * _coordinates[j + 1]);
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
            for (int i = 0, j = _coordinates.Length - 2; i < _coordinates.Length; j = i, i += 2)
            {
                length += Math.Sqrt(
                    Math.Pow(_coordinates[i] - _coordinates[j], 2) + Math.Pow(_coordinates[i + 1] - _coordinates[j + 1], 2));
            }

            return length;
        }
    }

    /// <summary>Whether the point lies inside (even-odd rule).</summary>
    public bool Contains(SlidePoint point)
    {
        bool inside = false;
        for (int i = 0, j = _coordinates.Length - 2; i < _coordinates.Length; j = i, i += 2)
        {
            double xi = _coordinates[i], yi = _coordinates[i + 1], xj = _coordinates[j], yj = _coordinates[j + 1];
            if (yi > point.Y != yj > point.Y && point.X < ((xj - xi) * (point.Y - yi) / (yj - yi)) + xi)
            {
                inside = !inside;
            }
        }

        return inside;
    }
}
