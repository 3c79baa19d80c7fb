using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Inference.Batching;

/// <summary>
/// A second look at an image from another placement of its patches. A transformer answers a little differently when its patches begin
/// elsewhere; the mean of two answers depends less on where the grid of tiles happens to lie.
/// </summary>
/// <param name="shift">
/// Px by which the picture moves right and down, at least 1. Half a patch: the farthest that patch borders can move.
/// </param>
internal sealed class SecondPlacement(int shift)
{
    /// <summary>The picture moved within its frame; the gap at the left and upper side is filled with its mirror image.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>.</param>
    /// <returns>The same shape; belongs to the scope of the caller.</returns>
    public Tensor Move(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor padded = nn.functional.pad(images, [shift, 0, shift, 0], PaddingModes.Reflect); // [B, C, H + shift, W + shift]
        return padded.narrow(2, 0, images.shape[2]).narrow(3, 0, images.shape[3]).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Replaces a map by the mean of both where the moved picture shows the pixel too: all but the last columns and rows.</summary>
    /// <param name="first">Map of the picture, <c>[B, C, H, W]</c>; changed in place.</param>
    /// <param name="second">The same map of the moved picture.</param>
    public void Average(Tensor first, Tensor second)
    {
        using DisposeScope scope = NewDisposeScope();
        long height = first.shape[2] - shift;
        long width = first.shape[3] - shift;
        Tensor target = first.narrow(2, 0, height).narrow(3, 0, width);
        target.add_(second.narrow(2, shift, height).narrow(3, shift, width)).mul_(0.5);
    }
}
