namespace CellVitCluster.Model.Encoders;

/// <summary>
/// Weights of one-dimensional bicubic resampling as a dense matrix in double precision, so that nothing depends on what an interpolation
/// routine offers. Source: spec/model.md §3.2.
/// </summary>
internal static class BicubicResize
{
    private const double A = -0.75;

    /// <summary>Added to the output length when the scale is formed. The published weights were trained with it.</summary>
    private const double ScaleOffset = 0.1;

    /// <summary>Matrix that maps <paramref name="source"/> samples to <paramref name="target"/> samples; borders are replicated.</summary>
    /// <returns>Row-major, <c>[target, source]</c>; each row sums to 1.</returns>
    public static double[,] Matrix(int source, int target)
    {
        var matrix = new double[target, source];
        double scale = (target + ScaleOffset) / source;
        for (int row = 0; row < target; row++)
        {
            double position = ((row + 0.5) / scale) - 0.5;
            int first = (int)Math.Floor(position);
            double fraction = position - first;
            for (int tap = -1; tap <= 2; tap++)
            {
                matrix[row, Math.Clamp(first + tap, 0, source - 1)] += Kernel(Math.Abs(tap - fraction));
            }
        }

        return matrix;
    }

    private static double Kernel(double d) => d <= 1
        ? (((((A + 2) * d) - (A + 3)) * d) * d) + 1
        : (((((A * d) - (5 * A)) * d) + (8 * A)) * d) - (4 * A);
}
