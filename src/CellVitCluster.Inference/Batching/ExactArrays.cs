using System.Buffers;
using System.Numerics;

namespace CellVitCluster.Inference.Batching;

/// <summary>
/// Pooled arrays of exactly the wanted length. The shared pool serves powers of two exactly, and the maps of a tile are such; other lengths
/// (images of other sizes) are allocated.
/// </summary>
internal static class ExactArrays
{
    /// <summary>An array with undefined content.</summary>
    public static T[] Rent<T>(int length) => BitOperations.IsPow2(length) ? ArrayPool<T>.Shared.Rent(length) : new T[length];

    /// <summary>Gives an array back; null is ignored.</summary>
    public static void Return<T>(T[]? array)
    {
        if (array is not null && BitOperations.IsPow2(array.Length))
        {
            ArrayPool<T>.Shared.Return(array);
        }
    }
}
