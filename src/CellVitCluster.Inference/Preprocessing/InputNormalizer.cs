using CellVitCluster.Inference.Batching;
using CellVitCluster.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Inference.Preprocessing;

/// <summary>
/// Turns 8-bit RGB pixels into the network's input: (value / 255 − mean) / deviation per channel, in fp32 and in this order of operations,
/// on the model's device. Only bytes travel to a GPU. Source: spec/model.md §6.
/// </summary>
public sealed class InputNormalizer : IDisposable
{
    private readonly Device _device;
    private readonly Tensor _mean;
    private readonly Tensor _deviation;

    /// <summary>Takes mean and deviation from a model.</summary>
    /// <param name="model">Its device decides where the work is done.</param>
    public InputNormalizer(LoadedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _device = model.Device.IsCuda ? device(DeviceType.CUDA, model.Device.Index) : CPU;
        using DisposeScope scope = NewDisposeScope();
        _mean = scope.Detach(tensor([.. model.Configuration.Mean], device: _device));
        _deviation = scope.Detach(tensor([.. model.Configuration.StandardDeviation], device: _device));
    }

    /// <summary>Gives the pixels of one image of a batch: interleaved RGB, row by row, <c>H × W × 3</c> bytes.</summary>
    /// <param name="index">Number of the image, from 0.</param>
    public delegate ReadOnlySpan<byte> PixelSource(int index);

    /// <summary>Normalizes a batch of images of one size.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="width">Width in px.</param>
    /// <param name="height">Height in px.</param>
    /// <param name="pixels">Called once per image, in order.</param>
    /// <returns><c>[B, 3, H, W]</c>, channels-last in memory; owned by the caller.</returns>
    /// <exception cref="ArgumentException">An image does not have <c>H × W × 3</c> bytes.</exception>
    public Tensor Normalize(int count, int width, int height, PixelSource pixels) => Normalize(count, width, height, pixels, staging: null);

    /// <inheritdoc cref="Normalize(int, int, int, PixelSource)"/>
    /// <param name="count">Number of images.</param>
    /// <param name="width">Width in px.</param>
    /// <param name="height">Height in px.</param>
    /// <param name="pixels">Called once per image, in order.</param>
    /// <param name="staging">Memory through which the bytes travel to a GPU without holding up this thread; null for memory of their own.</param>
    internal Tensor Normalize(int count, int width, int height, PixelSource pixels, StagingBuffers? staging)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long[] shape = [count, height, width, 3];
        Tensor bytes = staging is null ? empty(shape, ScalarType.Byte) : staging.Get("pixels", shape, ScalarType.Byte);
        Span<byte> target = bytes.bytes;
        int imageBytes = height * width * 3;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> source = pixels(i);
            if (source.Length != imageBytes)
            {
                throw new ArgumentException($"Image {i} has {source.Length} bytes; {width} × {height} px have {imageBytes}.", nameof(pixels));
            }

            source.CopyTo(target[(i * imageBytes)..]);
        }

        Tensor values = bytes.to(_device, non_blocking: staging is not null).to(ScalarType.Float32).div_(255).sub_(_mean).div_(_deviation);
        return scope.Detach(values.permute(0, 3, 1, 2));                                      // [B, 3, H, W]
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        _deviation.Dispose();
    }
}
