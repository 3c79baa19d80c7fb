namespace CellVitCluster.Model.Products;

/// <summary>
/// Numbers of e^x = 2^n · e^r with n = round(x / ln 2). ln 2 is split so that n · <see cref="HighLogOf2"/> is exact; the factors of the
/// polynomial 1 + r + r² · p(r) are those of Cephes' expf (S. Moshier), accurate to 2e-8 for |r| ≤ ln 2 / 2.
/// </summary>
internal static class ExponentialSeries
{
    public const float Lowest = -87f;
    public const float LogOfE = 1.44269504f;
    public const float HighLogOf2 = 0.693359375f;
    public const float LowLogOf2 = -2.12194440e-4f;

    /// <summary>1.5 · 2^23: added to a small number, it leaves the nearest integer in the low bits.</summary>
    public const float Rounder = 12582912f;

    public const float P0 = 1.9875691500e-4f;
    public const float P1 = 1.3981999507e-3f;
    public const float P2 = 8.3334519073e-3f;
    public const float P3 = 4.1665795894e-2f;
    public const float P4 = 1.6666665459e-1f;
    public const float P5 = 5.0000001201e-1f;
}
