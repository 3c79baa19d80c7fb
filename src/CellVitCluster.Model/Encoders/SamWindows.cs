using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// Cuts a map of tokens into square windows and joins them again. What pads the map at the bottom and right takes part in attention, as
/// tokens of zeros do after a linear layer: with the layer's bias. Source: spec/model.md §3.3.
/// </summary>
internal static class SamWindows
{
    /// <summary>Side of a window in tokens.</summary>
    public const int Side = 14;

    /// <summary>Cuts.</summary>
    /// <param name="map"><c>[B, T, T, F]</c>, output of a linear layer.</param>
    /// <param name="bias">Bias of that layer, <c>[F]</c>.</param>
    /// <returns><c>[B · windows, 14, 14, F]</c>, windows row by row.</returns>
    public static Tensor Partition(Tensor map, Tensor bias)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long height, long width, long features) = (map.shape[0], map.shape[1], map.shape[2], map.shape[3]);
        (long down, long across) = (Count(height), Count(width));
        Tensor padded = empty([batch, down * Side, across * Side, features], map.dtype, map.device);
        padded.narrow(1, 0, height).narrow(2, 0, width).copy_(map);
        padded.narrow(1, height, (down * Side) - height).copy_(bias);
        padded.narrow(1, 0, height).narrow(2, width, (across * Side) - width).copy_(bias);
        return scope.MoveToOuter(padded
            .reshape(batch, down, Side, across, Side, features)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(batch * down * across, Side, Side, features));
    }

    /// <summary>Joins and cuts the padding off.</summary>
    /// <param name="windows"><c>[B · windows, 14, 14, F]</c>.</param>
    /// <param name="batch">B.</param>
    /// <param name="height">Rows of the map.</param>
    /// <param name="width">Columns of the map.</param>
    /// <returns><c>[B, height, width, F]</c>.</returns>
    public static Tensor Join(Tensor windows, long batch, long height, long width)
    {
        using DisposeScope scope = NewDisposeScope();
        (long down, long across, long features) = (Count(height), Count(width), windows.shape[3]);
        return scope.MoveToOuter(windows
            .reshape(batch, down, across, Side, Side, features)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(batch, down * Side, across * Side, features)
            .narrow(1, 0, height)
            .narrow(2, 0, width));
    }

    private static long Count(long tokens) => (tokens + Side - 1) / Side;
}
