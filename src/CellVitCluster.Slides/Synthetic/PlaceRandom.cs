namespace CellVitCluster.Slides.Synthetic;

/// <summary>
/// Random numbers that belong to a place: a SplitMix64 stream whose start is a digest of the slide's seed, a layer and a cell of that
/// layer's grid. Whoever looks at the cell, from whichever block and thread, sees the same numbers.
/// </summary>
internal struct PlaceRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Starts the stream of one grid cell.</summary>
    /// <param name="seed">Seed of the slide.</param>
    /// <param name="layer">Number of the layer; layers are independent.</param>
    /// <param name="x">Column of the grid cell.</param>
    /// <param name="y">Row of the grid cell.</param>
    public PlaceRandom(long seed, int layer, int x, int y) => _state = Digest(seed, layer, x, y);

    /// <summary>Digest of a place, 64 well-mixed bits.</summary>
    public static ulong Digest(long seed, int layer, int x, int y)
    {
        ulong value = Mix((ulong)seed + Golden);
        value = Mix(value ^ ((ulong)(uint)layer * 0xD6E8FEB86659FD93));
        return Mix(value ^ ((ulong)(uint)x | ((ulong)(uint)y << 32)));
    }

    /// <summary>Next 64 bits.</summary>
    public ulong NextBits() => Mix(_state += Golden);

    /// <summary>Next number of the uniform distribution on [0, 1).</summary>
    public float NextFloat() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>Next number of the uniform distribution on [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public float Between(float from, float to) => from + ((to - from) * NextFloat());

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
