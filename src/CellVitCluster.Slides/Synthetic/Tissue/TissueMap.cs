namespace CellVitCluster.Slides.Synthetic.Tissue;

/// <summary>
/// What kind of tissue lies where: smooth fields over the whole slide, pure functions of seed and position in level-0 px. Thread-safe.
/// </summary>
internal sealed class TissueMap(long seed)
{
    private readonly SmoothNoise _islands = new(seed, 1, 2400);
    private readonly SmoothNoise _coast = new(seed, 2, 800);
    private readonly SmoothNoise _cove = new(seed, 13, 230);
    private readonly SmoothNoise _tumorLarge = new(seed, 3, 1700);
    private readonly SmoothNoise _tumorSmall = new(seed, 4, 420);
    private readonly SmoothNoise _tumorRim = new(seed, 14, 120);
    private readonly SmoothNoise _inflammationLarge = new(seed, 5, 900);
    private readonly SmoothNoise _inflammationSmall = new(seed, 6, 260);
    private readonly SmoothNoise _glandular = new(seed, 7, 1900);
    private readonly SmoothNoise _bendX = new(seed, 8, 700);
    private readonly SmoothNoise _bendY = new(seed, 9, 640);
    private readonly SmoothNoise _waveX = new(seed, 10, 110);
    private readonly SmoothNoise _waveY = new(seed, 11, 110);
    private readonly SmoothNoise _stain = new(seed, 12, 3100);

    /// <summary>Tissue where positive, blank glass where negative; a step of 0.1 is roughly 60 px.</summary>
    public float Tissue(double x, double y) => 0.24f + (0.7f * _islands.At(x, y)) + (0.28f * _coast.At(x, y)) + (0.07f * _cove.At(x, y));

    /// <summary>Solid tumor where positive, about −1.2 … 0.7.</summary>
    public float Tumor(double x, double y) => -0.3f + (0.75f * _tumorLarge.At(x, y)) + (0.32f * _tumorSmall.At(x, y)) + (0.1f * _tumorRim.At(x, y));

    /// <summary>Inflammatory infiltrate where positive, about −1.3 … 0.6.</summary>
    public float Inflammation(double x, double y) =>
        -0.33f + (0.6f * _inflammationLarge.At(x, y)) + (0.35f * _inflammationSmall.At(x, y));

    /// <summary>Probability that a cell of the gland grid holds a gland, 0 … 0.9.</summary>
    public float GlandProbability(double x, double y) => Math.Clamp(0.35f + _glandular.At(x, y), 0f, 0.9f);

    /// <summary>How far the fiber texture is shifted at a place, px in x and y: makes straight fibers flow and wave.</summary>
    public (float X, float Y) FiberShift(double x, double y) =>
        ((170f * _bendX.At(x, y)) + (14f * _waveX.At(x, y)), (420f * _bendY.At(x, y)) + (16f * _waveY.At(x, y)));

    /// <summary>Strength of the stain at a place, 0.88 … 1.12.</summary>
    public float StainStrength(double x, double y) => 1f + (0.12f * _stain.At(x, y));
}
