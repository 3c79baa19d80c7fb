using CellVitCluster.Model.Devices;
using static TorchSharp.torch;

namespace CellVitCluster.Inference.Batching;

/// <summary>
/// Memory of the host through which one batch travels to a GPU and back. It is locked in place, so that copies run beside the GPU's work instead of
/// holding up the thread that asks for them. Kept from batch to batch: locking memory is slow. To be used by one thread at a time, not always the same.
/// </summary>
internal sealed class StagingBuffers : IDisposable
{
    private readonly Dictionary<string, Tensor> _buffers = new(StringComparer.Ordinal);
    private readonly DeviceMark _begun;
    private readonly DeviceMark _arrived;

    /// <summary>Makes an empty set.</summary>
    /// <param name="device">A GPU.</param>
    public StagingBuffers(InferenceDevice device)
    {
        _begun = new DeviceMark(device);
        _arrived = new DeviceMark(device);
    }

    /// <summary>What the GPU spent on the batch, in seconds; known once the copies are complete.</summary>
    public double DeviceSeconds => _arrived.SecondsSince(_begun);

    /// <summary>Says that the work of a batch begins.</summary>
    public void Begin() => _begun.Set();

    /// <summary>A buffer with undefined content.</summary>
    /// <param name="name">What it is for; a later call with this name takes the same memory.</param>
    /// <param name="shape">Shape, the images of the batch first.</param>
    /// <param name="format">Element type.</param>
    /// <returns>Contiguous, on the host; a view in the current dispose scope.</returns>
    public Tensor Get(string name, ReadOnlySpan<long> shape, ScalarType format)
    {
        if (!_buffers.TryGetValue(name, out Tensor? buffer) || buffer.dtype != format || buffer.shape[0] < shape[0] || !buffer.shape.AsSpan(1).SequenceEqual(shape[1..]))
        {
            buffer?.Dispose();
            using Tensor pageable = empty(shape.ToArray(), format);
            _buffers[name] = buffer = pageable.pin_memory().DetachFromDisposeScope();
        }

        return buffer.narrow(0, 0, shape[0]);
    }

    /// <summary>Begins to copy a tensor to the host; it may be freed meanwhile, as the GPU works in order.</summary>
    /// <param name="name">As in <see cref="Get"/>.</param>
    /// <param name="source">Contiguous, on the GPU.</param>
    /// <returns>Contiguous, on the host, with undefined content until <see cref="WaitForCopies"/>; in the current dispose scope.</returns>
    public Tensor Fetch(string name, Tensor source)
    {
        Tensor target = Get(name, source.shape, source.dtype);
        target.copy_(source, true);
        return target;
    }

    /// <summary>Says that every copy of the batch has been begun.</summary>
    public void AllBegun() => _arrived.Set();

    /// <summary>Waits until the copies of the batch are complete.</summary>
    /// <exception cref="InvalidOperationException">The GPU's work failed.</exception>
    public void WaitForCopies() => _arrived.Wait();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor buffer in _buffers.Values)
        {
            buffer.Dispose();
        }

        _buffers.Clear();
        _begun.Dispose();
        _arrived.Dispose();
    }
}
