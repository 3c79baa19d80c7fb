namespace CellVitCluster.Model.Encoders;

/// <summary>
/// Weights of one-dimensional antialiased bicubic resampling as a dense matrix in double precision. It differs from
/// <see cref="BicubicResize"/> also in enlargements: another kernel, and taps beyond the border are dropped. Source: spec/model.md §3.4.
/// </summary>
internal static class AntialiasedBicubicResize
{
    private const double A = -0.5;

    /// <summary>Matrix that maps <paramref name="source"/> samples to <paramref name="target"/> samples.</summary>
    /// <returns>Row-major, <c>[target, source]</c>; each row sums to 1.</returns>
    public static double[,] Matrix(int source, int target)
    {
        var matrix = new double[target, source];
        double step = (double)source / target;
        double spread = Math.Max(step, 1);
        double support = 2 * spread;
        for (int row = 0; row < target; row++)
        {
            double center = step * (row + 0.5);
            int first = Math.Max((int)(center - support + 0.5), 0);
            int end = Math.Min((int)(center + support + 0.5), source);
            double sum = 0;
            for (int column = first; column < end; column++)
            {
                matrix[row, column] = Kernel(Math.Abs((column - center + 0.5) / spread));
                sum += matrix[row, column];
            }

            for (int column = first; column < end; column++)
            {
                matrix[row, column] /= sum;
            }
        }

        return matrix;
    }

    private static double Kernel(double d) => d switch
    {
        < 1 => (((((A + 2) * d) - (A + 3)) * d) * d) + 1,
        < 2 => (((((A * d) - (5 * A)) * d) + (8 * A)) * d) - (4 * A),
        _ => 0,
    };
}
