namespace CellVitCluster.Slides.Synthetic.Tissue;

/// <summary>
/// Value noise: random numbers on a square lattice, joined smoothly. Defined everywhere, without period. Each layer's lattice is turned by
/// an angle of its own, so that sums of layers show no rows and columns.
/// </summary>
internal readonly struct SmoothNoise
{
    private readonly long _seed;
    private readonly int _layer;
    private readonly double _cos;
    private readonly double _sin;

    /// <summary>Creates a layer.</summary>
    /// <param name="seed">Seed of the slide.</param>
    /// <param name="layer">Keeps fields of one slide independent.</param>
    /// <param name="wavelengthPixels">Distance of the lattice points in level-0 px.</param>
    public SmoothNoise(long seed, int layer, double wavelengthPixels)
    {
        _seed = seed;
        _layer = layer;
        double angle = 0.35 + (layer * 2.399963);
        (_cos, _sin) = (Math.Cos(angle) / wavelengthPixels, Math.Sin(angle) / wavelengthPixels);
    }

    /// <summary>Value at a level-0 position, −1 … 1.</summary>
    public float At(double x, double y)
    {
        double u = (x * _cos) + (y * _sin), v = (y * _cos) - (x * _sin);
        int column = (int)Math.Floor(u), row = (int)Math.Floor(v);
        float fx = Ease((float)(u - column)), fy = Ease((float)(v - row));
        float top = Lerp(Lattice(column, row), Lattice(column + 1, row), fx);
        float bottom = Lerp(Lattice(column, row + 1), Lattice(column + 1, row + 1), fx);
        return Lerp(top, bottom, fy);
    }

    private float Lattice(int column, int row) => ((PlaceRandom.Digest(_seed, _layer, column, row) >> 40) * (2f / (1 << 24))) - 1f;

    private static float Ease(float t) => t * t * (3f - (2f * t));

    private static float Lerp(float a, float b, float t) => a + ((b - a) * t);
}
