namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Separable unnormalized Sobel kernel (spec/inference.md §9.3): the derivative is a difference of binomials, the smoothing a binomial. Both
/// are symmetric, up to the sign, so only the center and one side are kept.
/// </summary>
internal sealed class SobelKernel
{
    /// <summary>Builds the kernel.</summary>
    /// <param name="size">Side in px; odd, 3 … 31, so that all weights are exact.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one of these.</exception>
    public SobelKernel(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 31);
        ArgumentOutOfRangeException.ThrowIfEqual(size % 2, 0, nameof(size));
        Radius = size / 2;
        Derivative = new double[Radius + 1];
        Smoothing = new double[Radius + 1];
        for (int k = 0; k <= Radius; k++)
        {
            Derivative[k] = Binomial(size - 2, Radius + k - 1) - Binomial(size - 2, Radius + k);
            Smoothing[k] = Binomial(size - 1, Radius + k);
        }
    }

    /// <summary>Taps on each side of the center.</summary>
    public int Radius { get; }

    /// <summary>Weights at distance 0 … radius to the right or below; the other side has the opposite sign.</summary>
    public double[] Derivative { get; }

    /// <summary>Weights at distance 0 … radius, equal on both sides.</summary>
    public double[] Smoothing { get; }

    private static double Binomial(int n, int k)
    {
        if (k < 0 || k > n)
        {
            return 0;
        }

        long value = 1;
        for (int i = 1; i <= k; i++)
        {
            value = value * (n - k + i) / i;
        }

        return value;
    }
}
