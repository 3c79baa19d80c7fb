using static TorchSharp.torch;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>An encoder of the baseline.</summary>
internal interface IPlainEncoder
{
    /// <summary>Runs it.</summary>
    /// <param name="image"><c>[B, 3, S, S]</c>.</param>
    /// <returns>Four taps, early to late, each <c>[B, D, T, T]</c>.</returns>
    Tensor[] Encode(Tensor image);
}
