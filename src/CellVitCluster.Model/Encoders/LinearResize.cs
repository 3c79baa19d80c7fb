namespace CellVitCluster.Model.Encoders;

/// <summary>Weights of one-dimensional linear resampling between the centers of samples, as a dense matrix. Source: spec/model.md §3.3.</summary>
internal static class LinearResize
{
    /// <summary>Matrix that maps <paramref name="source"/> samples to <paramref name="target"/> samples; borders are replicated.</summary>
    /// <returns>Row-major, <c>[target, source]</c>; each row sums to 1.</returns>
    public static double[,] Matrix(int source, int target)
    {
        var matrix = new double[target, source];
        for (int row = 0; row < target; row++)
        {
            double position = Math.Clamp(((row + 0.5) * source / target) - 0.5, 0, source - 1);
            int first = (int)position;
            double fraction = position - first;
            matrix[row, first] += 1 - fraction;
            matrix[row, Math.Min(first + 1, source - 1)] += fraction;
        }

        return matrix;
    }
}
