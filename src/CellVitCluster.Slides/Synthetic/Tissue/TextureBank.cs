namespace CellVitCluster.Slides.Synthetic.Tissue;

/// <summary>Tileable textures computed once per slide and only read afterwards; noise per pixel would cost more than everything else.</summary>
internal sealed class TextureBank
{
    /// <summary>Side in px of <see cref="Fibers"/>; a power of two.</summary>
    public const int FiberSize = 1024;

    /// <summary>Side in px of <see cref="Grain"/>; a power of two.</summary>
    public const int GrainSize = 512;

    /// <summary>Entries of <see cref="Sensor"/>; a power of two.</summary>
    public const int SensorLength = 1 << 16;

    private TextureBank(sbyte[] fibers, sbyte[] grain, uint[] sensor)
    {
        Fibers = fibers;
        Grain = grain;
        Sensor = sensor;
    }

    /// <summary>Collagen: streaks along x, −127 … 127, row by row.</summary>
    public sbyte[] Fibers { get; }

    /// <summary>Granules of cytoplasm and clumps of chromatin, −127 … 127, row by row.</summary>
    public sbyte[] Grain { get; }

    /// <summary>
    /// Noise of the camera, one byte each for red, green and blue with mean 4 and deviation 1.5; added to packed pixels, after which
    /// 0x040404 is taken off again. The fourth byte is 0.
    /// </summary>
    public uint[] Sensor { get; }

    /// <summary>Computes the textures of a slide.</summary>
    public static TextureBank Create(long seed) => new(
        Weave(seed, FiberSize, [(100, 128, 16, 0.45f), (101, 64, 8, 0.45f), (102, 32, 4, 0.4f), (103, 16, 2, 0.25f)]),
        Weave(seed, GrainSize, [(110, 16, 16, 0.3f), (111, 8, 8, 0.5f), (112, 4, 4, 0.6f), (113, 2, 2, 0.4f)]),
        CameraNoise(seed));

    private static sbyte[] Weave(long seed, int size, ReadOnlySpan<(int Layer, int WaveX, int WaveY, float Weight)> octaves)
    {
        var sum = new float[size * size];
        foreach ((int layer, int waveX, int waveY, float weight) in octaves)
        {
            AddOctave(sum, size, seed, layer, waveX, waveY, weight);
        }

        var texture = new sbyte[sum.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            texture[i] = (sbyte)Math.Clamp(sum[i] * 127f, -127f, 127f);
        }

        return texture;
    }

    private static void AddOctave(float[] sum, int size, long seed, int layer, int waveX, int waveY, float weight)
    {
        int columns = size / waveX, rows = size / waveY;
        var lattice = new float[columns * rows];
        for (int i = 0; i < lattice.Length; i++)
        {
            lattice[i] = new PlaceRandom(seed, layer, i % columns, i / columns).Between(-1f, 1f);
        }

        for (int y = 0; y < size; y++)
        {
            int row = y / waveY;
            float fy = Ease((y % waveY) / (float)waveY);
            for (int x = 0; x < size; x++)
            {
                int left = x / waveX, right = (left + 1) % columns;
                int upper = row * columns, lower = (row + 1) % rows * columns;
                float fx = Ease((x % waveX) / (float)waveX);
                float top = lattice[upper + left] + ((lattice[upper + right] - lattice[upper + left]) * fx);
                float bottom = lattice[lower + left] + ((lattice[lower + right] - lattice[lower + left]) * fx);
                sum[(y * size) + x] += weight * (top + ((bottom - top) * fy));
            }
        }
    }

    private static float Ease(float t) => t * t * (3f - (2f * t));

    private static uint[] CameraNoise(long seed)
    {
        var noise = new uint[SensorLength];
        for (int i = 0; i < noise.Length; i++)
        {
            var random = new PlaceRandom(seed, 120, i, 0);
            float common = random.NextFloat() + random.NextFloat() + random.NextFloat() - 1.5f;
            noise[i] = Channel(ref random, common) | (Channel(ref random, common) << 8) | (Channel(ref random, common) << 16);
        }

        return noise;
    }

    private static uint Channel(ref PlaceRandom random, float common) =>
        (uint)Math.Clamp(MathF.Round(4f + (2.2f * common) + random.Between(-1.8f, 1.8f)), 0f, 8f);
}
