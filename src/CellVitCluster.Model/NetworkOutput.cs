using static TorchSharp.torch;

namespace CellVitCluster.Model;

/// <summary>
/// Raw outputs of one forward pass, fp32, on the model's device; logits without soft-max. Owned by the caller: disposing this object
/// disposes the tensors, which belong to no dispose scope. Strides are unspecified. Source: spec/model.md §1.
/// </summary>
public sealed class NetworkOutput : IDisposable
{
    /// <summary>Output of the last transformer block without class and register tokens, no norm applied, <c>[B, D, T, T]</c>.</summary>
    public required Tensor Tokens { get; init; }

    /// <summary>Background and nucleus logits, <c>[B, 2, H, W]</c>; null when not asked for.</summary>
    public Tensor? NucleiBinaryMap { get; init; }

    /// <summary>Regression map <c>[B, 2, H, W]</c>; null when not asked for or when the network has none.</summary>
    public Tensor? RegressionMap { get; init; }

    /// <summary>Horizontal (x) and vertical (y) distances, unbounded, <c>[B, 2, H, W]</c>; null when not asked for.</summary>
    public Tensor? DistanceMap { get; init; }

    /// <summary>Class logits, channel 0 background, <c>[B, C, H, W]</c>; null when not asked for.</summary>
    public Tensor? NucleiTypeMap { get; init; }

    /// <summary>Tissue logits <c>[B, classes]</c>, or what its tissue head would have taken where a network has none; null when not asked for.</summary>
    public Tensor? TissueTypes { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        NucleiBinaryMap?.Dispose();
        RegressionMap?.Dispose();
        DistanceMap?.Dispose();
        NucleiTypeMap?.Dispose();
        TissueTypes?.Dispose();
    }
}
