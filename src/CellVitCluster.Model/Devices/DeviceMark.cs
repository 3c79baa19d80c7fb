namespace CellVitCluster.Model.Devices;

/// <summary>
/// A mark in the work of a GPU, which runs behind the program: what was asked for before the mark is done when <see cref="Wait"/> returns. May be
/// set again and again, by one thread at a time.
/// </summary>
public sealed class DeviceMark : IDisposable
{
    private readonly int _gpu;
    private nint _event;

    /// <summary>Makes a mark for a GPU that has been used already.</summary>
    /// <param name="device">The GPU.</param>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    public DeviceMark(InferenceDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _gpu = device.Index;
        using GpuDriver.Scope scope = GpuDriver.Enter(_gpu);
        _event = GpuDriver.CreateEvent();
    }

    /// <summary>Sets the mark behind all work asked for so far.</summary>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    public void Set()
    {
        using GpuDriver.Scope scope = GpuDriver.Enter(_gpu);
        GpuDriver.Record(_event);
    }

    /// <summary>Waits until the work before the mark is done; at once when it was never set.</summary>
    /// <exception cref="InvalidOperationException">The work failed.</exception>
    public void Wait()
    {
        using GpuDriver.Scope scope = GpuDriver.Enter(_gpu);
        GpuDriver.Wait(_event);
    }

    /// <summary>How long the GPU took from an earlier mark to this one; both must have been waited for.</summary>
    /// <param name="earlier">The earlier mark.</param>
    /// <returns>Seconds.</returns>
    /// <exception cref="InvalidOperationException">One was never set, or is not over.</exception>
    public double SecondsSince(DeviceMark earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        using GpuDriver.Scope scope = GpuDriver.Enter(_gpu);
        return GpuDriver.SecondsBetween(earlier._event, _event);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_event == 0)
        {
            return;
        }

        using GpuDriver.Scope scope = GpuDriver.Enter(_gpu);
        GpuDriver.Destroy(_event);
        _event = 0;
    }
}
