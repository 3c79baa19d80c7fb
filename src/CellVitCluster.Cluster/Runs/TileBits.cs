using System.Numerics;

namespace CellVitCluster.Cluster.Runs;

/// <summary>One bit per tile of a grid, row-major, lowest bit first: the form in which plans and offers travel.</summary>
internal static class TileBits
{
    /// <summary>Whether the tile's bit is set; tiles outside have none.</summary>
    public static bool Contains(byte[] bits, int tile) => tile >= 0 && tile >> 3 < bits.Length && (bits[tile >> 3] & (1 << (tile & 7))) != 0;

    /// <summary>Sets the tile's bit in place.</summary>
    public static void Set(byte[] bits, int tile) => bits[tile >> 3] |= (byte)(1 << (tile & 7));

    /// <summary>Number of set bits.</summary>
    public static int Count(byte[] bits) => bits.Sum(value => BitOperations.PopCount(value));

    /// <summary>A bitmap of the same length with these tiles; those outside are left out.</summary>
    public static byte[] Of(int length, IEnumerable<int> tiles)
    {
        byte[] bits = new byte[length];
        foreach (int tile in tiles)
        {
            if (tile >= 0 && tile >> 3 < length)
            {
                Set(bits, tile);
            }
        }

        return bits;
    }
}
