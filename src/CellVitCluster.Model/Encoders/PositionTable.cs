using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// Position embeddings for the image sizes met so far, made once per size and kept: tiles all have one size. Source: spec/model.md §3.2, §3.4.
/// </summary>
/// <param name="side">Side of the stored grid.</param>
/// <param name="prefix">Entries before the grid, which belong to no patch and are kept as they are.</param>
/// <param name="resampling">Weights of resampling along one axis from a number of samples to another, <c>[target, source]</c>.</param>
internal sealed class PositionTable(int side, int prefix, Func<int, int, double[,]> resampling) : IDisposable
{
    private readonly ConcurrentDictionary<(long Rows, long Columns), Tensor> _resized = new();

    /// <summary>The stored table, or its resized form.</summary>
    /// <param name="stored"><c>[1, prefix + side², D]</c>.</param>
    /// <param name="rows">Patches vertically.</param>
    /// <param name="columns">Patches horizontally.</param>
    /// <returns><c>[1, prefix + rows · columns, D]</c>; owned by this object (or the module), not by the caller.</returns>
    public Tensor For(Tensor stored, long rows, long columns) =>
        rows == columns && rows == side ? stored : _resized.GetOrAdd((rows, columns), size => Resize(stored, (int)size.Rows, (int)size.Columns));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor table in _resized.Values)
        {
            table.Dispose();
        }

        _resized.Clear();
    }

    private Tensor Resize(Tensor stored, int rows, int columns)
    {
        using DisposeScope scope = NewDisposeScope();
        long width = stored.shape[2];
        Tensor vertical = Matrix(rows, stored);                                               // [rows, side]
        Tensor horizontal = Matrix(columns, stored);                                          // [columns, side]
        Tensor grid = stored[.., prefix..].to(ScalarType.Float64).reshape(side, side, width);      // [side, side, D]
        Tensor resized = einsum("ri,cj,ijd->rcd", vertical, horizontal, grid);                // [rows, columns, D]
        Tensor patches = resized.reshape(1, rows * columns, width).to(stored.dtype);
        return scope.Detach(cat([stored[.., ..prefix], patches], dim: 1));
    }

    private Tensor Matrix(int target, Tensor like) => tensor(resampling(side, target), ScalarType.Float64, like.device);
}
