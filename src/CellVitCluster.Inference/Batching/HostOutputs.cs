using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CellVitCluster.Inference.Batching;

/// <summary>Decisions and maps of a batch as they lie on the host: contiguous, the images first.</summary>
/// <param name="Nucleus">1 where there is a nucleus, <c>[B, H, W]</c>, bytes.</param>
/// <param name="Distances">Horizontal and vertical distances, <c>[B, 2, H, W]</c>, fp32.</param>
/// <param name="Tokens"><c>[B, D, T, T]</c>, fp32.</param>
/// <param name="Class">Most probable class, <c>[B, H, W]</c>, bytes; null when not computed.</param>
/// <param name="ClassProbability">In units of 1/255, <c>[B, C, H, W]</c>, bytes; null when not wanted.</param>
/// <param name="NucleusProbability"><c>[B, H, W]</c>, fp32; null when not wanted.</param>
internal sealed record HostOutputs(Tensor Nucleus, Tensor Distances, Tensor Tokens, Tensor? Class, Tensor? ClassProbability, Tensor? NucleusProbability)
    : IDisposable
{
    /// <summary>Copies planes of one image into a pooled array.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="source">One of the outputs.</param>
    /// <param name="image">Number of the image in the batch.</param>
    /// <param name="plane">First plane, of those behind the image's axis; a map without channels has one.</param>
    /// <param name="length">Elements.</param>
    public static T[] Copy<T>(Tensor source, int image, int plane, int length)
        where T : unmanaged
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(source.bytes);
        int perImage = elements.Length / (int)source.shape[0];
        T[] target = ExactArrays.Rent<T>(length);
        elements.Slice((image * perImage) + (plane * length), length).CopyTo(target);
        return target;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor? tensor in new[] { Nucleus, Distances, Tokens, Class, ClassProbability, NucleusProbability })
        {
            tensor?.Dispose();
        }
    }
}
