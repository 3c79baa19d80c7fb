using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// Vectors of the distance between two tokens along one axis, for the grid sizes met so far; made once per size and kept.
/// Source: spec/model.md §3.3.
/// </summary>
internal sealed class RelativePositions : IDisposable
{
    private readonly ConcurrentDictionary<long, Tensor> _bySide = new();

    /// <summary>Vectors for all pairs of places on an axis.</summary>
    /// <param name="stored">Table <c>[2 · side − 1, d]</c>, resampled when it was trained for another side.</param>
    /// <param name="side">Places on the axis.</param>
    /// <returns><c>[place of the query, d, place of the key]</c>; owned by this object, not by the caller.</returns>
    public Tensor For(Tensor stored, long side) => _bySide.GetOrAdd(side, n => Pairs(stored, (int)n));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor pairs in _bySide.Values)
        {
            pairs.Dispose();
        }

        _bySide.Clear();
    }

    private static Tensor Pairs(Tensor stored, int side)
    {
        using DisposeScope scope = NewDisposeScope();
        (int distances, int length) = ((2 * side) - 1, (int)stored.shape[0]);
        Tensor table = length == distances
            ? stored
            : tensor(LinearResize.Matrix(length, distances), ScalarType.Float64, stored.device)
                .matmul(stored.to(ScalarType.Float64)).to(stored.dtype);                      // [2 · side − 1, d]
        Tensor places = arange(side, ScalarType.Int64, stored.device);
        Tensor distance = places.unsqueeze(1) - places.unsqueeze(0) + (side - 1);             // [query, key]
        Tensor pairs = table.index_select(0, distance.flatten()).reshape(side, side, -1);     // [query, key, d]
        return scope.Detach(pairs.transpose(1, 2).contiguous());
    }
}
