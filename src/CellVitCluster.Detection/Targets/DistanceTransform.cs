namespace CellVitCluster.Detection.Targets;

/// <summary>
/// Exact squared Euclidean distance to the nearest background pixel: first along columns, then along rows as the lower envelope of parabolas
/// (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012), in whole numbers. What lies outside the image is no
/// background. Time follows the number of pixels. Reusable, not thread-safe.
/// </summary>
internal sealed class DistanceTransform
{
    private int[] _squares = [];
    private int[] _row = [];
    private int[] _apexes = [];
    private int[] _starts = [];
    private int _width;
    private int _height;

    /// <summary>Starts an image without foreground.</summary>
    /// <returns><c>[height, width]</c>, into which 1 is written for foreground; after <see cref="Run"/> the squared distances.</returns>
    public Span<int> Begin(int width, int height)
    {
        (_width, _height) = (width, height);
        if (_squares.Length < width * height)
        {
            _squares = new int[width * height];
        }

        if (_row.Length < width)
        {
            (_row, _apexes, _starts) = (new int[width], new int[width], new int[width]);
        }

        Span<int> squares = _squares.AsSpan(0, width * height);
        squares.Clear();
        return squares;
    }

    /// <summary>Replaces the image by its squared distances, all equal when nothing is background.</summary>
    /// <returns>The largest.</returns>
    public int Run()
    {
        // Farther than any two pixels, and its square plus another still fits.
        int far = _width + _height;
        for (int x = 0; x < _width; x++)
        {
            AlongColumn(x, far);
        }

        int largest = 0;
        for (int y = 0; y < _height; y++)
        {
            Span<int> row = _squares.AsSpan(y * _width, _width);
            AlongRow(row, far * far);
            foreach (int square in row)
            {
                largest = Math.Max(largest, square);
            }
        }

        return largest;
    }

    private void AlongColumn(int x, int far)
    {
        int distance = far;
        for (int i = x; i < _width * _height; i += _width)
        {
            distance = _squares[i] == 0 ? 0 : Math.Min(distance + 1, far);
            _squares[i] = distance;
        }

        distance = far;
        for (int i = (_width * (_height - 1)) + x; i >= 0; i -= _width)
        {
            distance = Math.Min(_squares[i], Math.Min(distance + 1, far));
            _squares[i] = distance * distance;
        }
    }

    /// <summary>Smallest (x − apex)² + height of apex; columns without background take no part.</summary>
    private void AlongRow(Span<int> row, int none)
    {
        int count = 0;
        for (int x = 0; x < row.Length; x++)
        {
            if (row[x] == none)
            {
                continue;
            }

            int start = 0;
            while (count > 0 && (start = FirstColumnWon(row, _apexes[count - 1], x)) <= _starts[count - 1])
            {
                count--;
            }

            if (count == 0)
            {
                start = 0;
            }

            if (start < row.Length)
            {
                _apexes[count] = x;
                _starts[count++] = start;
            }
        }

        if (count == 0)
        {
            return;
        }

        row.CopyTo(_row);
        for (int x = 0, current = 0; x < row.Length; x++)
        {
            while (current + 1 < count && _starts[current + 1] <= x)
            {
                current++;
            }

            int apex = _apexes[current];
            row[x] = ((x - apex) * (x - apex)) + _row[apex];
        }
    }

    /// <summary>First column where the parabola of the later apex lies below that of the earlier one.</summary>
    private static int FirstColumnWon(ReadOnlySpan<int> row, int earlier, int later)
    {
        int difference = row[later] + (later * later) - row[earlier] - (earlier * earlier);
        int twice = 2 * (later - earlier);
        return difference < 0 ? 0 : (difference / twice) + 1;
    }
}
