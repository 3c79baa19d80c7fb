namespace CellVitCluster.Slides.Synthetic.Tissue;

/// <summary>Value noise: random numbers on a square lattice, joined smoothly. Defined everywhere, without period.</summary>
/// <param name="Seed">Seed of the slide.</param>
/// <param name="Layer">Keeps fields of one slide independent.</param>
/// <param name="WavelengthPixels">Distance of the lattice points in level-0 px.</param>
internal readonly record struct SmoothNoise(long Seed, int Layer, float WavelengthPixels)
{
    /// <summary>Value at a level-0 position, −1 … 1.</summary>
    public float At(double x, double y)
    {
        double u = x / WavelengthPixels, v = y / WavelengthPixels;
        int column = (int)Math.Floor(u), row = (int)Math.Floor(v);
        float fx = Ease((float)(u - column)), fy = Ease((float)(v - row));
        float top = Lerp(Lattice(column, row), Lattice(column + 1, row), fx);
        float bottom = Lerp(Lattice(column, row + 1), Lattice(column + 1, row + 1), fx);
        return Lerp(top, bottom, fy);
    }

    private float Lattice(int column, int row) => ((PlaceRandom.Digest(Seed, Layer, column, row) >> 40) * (2f / (1 << 24))) - 1f;

    private static float Ease(float t) => t * t * (3f - (2f * t));

    private static float Lerp(float a, float b, float t) => a + ((b - a) * t);
}
