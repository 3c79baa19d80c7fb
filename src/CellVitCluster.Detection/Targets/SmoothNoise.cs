namespace CellVitCluster.Detection.Targets;

/// <summary>
/// Noise that belongs to a place of the slide: random values on a square lattice, interpolated with a smooth step between them. Whoever looks at a
/// place sees the same value. Immutable.
/// </summary>
/// <param name="seed">Seed; another seed is independent noise.</param>
/// <param name="spacing">Px between lattice points, at least 1: the scale of the bumps.</param>
/// <param name="amplitude">Values lie in −amplitude … amplitude.</param>
public sealed class SmoothNoise(long seed, int spacing, float amplitude)
{
    /// <summary>Maps with noise on both distance maps, inside and outside the nuclei; the other maps are shared with the source.</summary>
    /// <param name="maps">Maps without noise.</param>
    /// <param name="left">Column of the maps' left side on the slide, px.</param>
    /// <param name="top">Row of the maps' top side on the slide, px.</param>
    public NetworkMaps AddTo(NetworkMaps maps, int left, int top)
    {
        ArgumentNullException.ThrowIfNull(maps);
        return maps with
        {
            Horizontal = Add(maps.Horizontal, maps.Width, left, top, 0),
            Vertical = Add(maps.Vertical, maps.Width, left, top, 1),
        };
    }

    private float[] Add(float[] map, int width, int left, int top, int layer)
    {
        float[] sum = new float[map.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = map[i] + At(left + (i % width), top + (i / width), layer);
        }

        return sum;
    }

    private float At(int x, int y, int layer)
    {
        int column = (int)Math.Floor((double)x / spacing), row = (int)Math.Floor((double)y / spacing);
        float acrossX = SmoothStep((x - (column * spacing)) / (float)spacing);
        float acrossY = SmoothStep((y - (row * spacing)) / (float)spacing);
        float above = Between(Lattice(column, row, layer), Lattice(column + 1, row, layer), acrossX);
        float below = Between(Lattice(column, row + 1, layer), Lattice(column + 1, row + 1, layer), acrossX);
        return Between(above, below, acrossY);
    }

    /// <summary>Value of a lattice point: a SplitMix64 digest of the place.</summary>
    private float Lattice(int column, int row, int layer)
    {
        ulong digest = Mix((ulong)seed ^ ((ulong)layer << 60));
        digest = Mix(digest ^ ((uint)column | ((ulong)(uint)row << 32)));
        return amplitude * (((digest >> 40) * (2f / (1 << 24))) - 1);
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static float SmoothStep(float t) => t * t * (3 - (2 * t));

    private static float Between(float from, float to, float t) => from + ((to - from) * t);
}
