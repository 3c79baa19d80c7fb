namespace CellVitCluster.Inference.Batching;

/// <summary>
/// A batch whose forward pass was asked for. On a GPU it may still be under way, and the next may be begun meanwhile; on a processor it is done.
/// To be used by one thread at a time, which need not be the one that runs the network.
/// </summary>
public sealed class NetworkBatch : IDisposable
{
    private readonly Func<HostOutputs, int, NetworkResult> _resultOf;
    private readonly Action<StagingBuffers> _giveBack;
    private readonly int _count;
    private HostOutputs? _outputs;
    private StagingBuffers? _staging;

    /// <summary>Takes over the outputs of a batch.</summary>
    /// <param name="count">Images.</param>
    /// <param name="outputs">Outputs, complete once <paramref name="staging"/> says so.</param>
    /// <param name="staging">Memory they lie in; null when they lie in memory of their own and are complete.</param>
    /// <param name="resultOf">Makes plain arrays of one image's outputs.</param>
    /// <param name="giveBack">Takes the staging memory back.</param>
    internal NetworkBatch(
        int count, HostOutputs outputs, StagingBuffers? staging, Func<HostOutputs, int, NetworkResult> resultOf, Action<StagingBuffers> giveBack)
    {
        _count = count;
        _outputs = outputs;
        _staging = staging;
        _resultOf = resultOf;
        _giveBack = giveBack;
    }

    /// <summary>What the device spent on the batch, in seconds; on a GPU known once it is complete.</summary>
    public double DeviceSeconds { get; internal set; }

    /// <summary>Waits for the outputs.</summary>
    /// <returns>One result per image, in order, each owned by the caller.</returns>
    /// <exception cref="ObjectDisposedException">The batch was completed or disposed of.</exception>
    /// <exception cref="InvalidOperationException">The device failed.</exception>
    public IReadOnlyList<NetworkResult> Complete()
    {
        HostOutputs outputs = _outputs ?? throw new ObjectDisposedException(nameof(NetworkBatch));
        try
        {
            _staging?.WaitForCopies();
            DeviceSeconds = _staging?.DeviceSeconds ?? DeviceSeconds;
            return [.. Enumerable.Range(0, _count).Select(image => _resultOf(outputs, image))];
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Gives the batch up; what the device has begun is finished and dropped.</summary>
    public void Dispose()
    {
        if (_outputs is null)
        {
            return;
        }

        try
        {
            _staging?.WaitForCopies();
        }
        catch (InvalidOperationException)
        {
            // Nobody asks for the outputs any more; the next batch tells that the device failed.
        }

        Release();
    }

    private void Release()
    {
        _outputs?.Dispose();
        _outputs = null;
        if (_staging is { } staging)
        {
            _staging = null;
            _giveBack(staging);
        }
    }
}
