namespace CellVitCluster.Model.Devices;

/// <summary>Memory that is free on a device, and what a batch needs of it.</summary>
public static class DeviceMemory
{
    /// <summary>Share of the free memory that a batch may take: other programs, and the library's own reserve, need some.</summary>
    private const double Share = 0.8;

    /// <summary>Largest batch: beyond this a GPU is busy anyhow, and a lost worker loses more work.</summary>
    private const int LargestGpuBatch = 8;

    /// <summary>
    /// Tiles per forward pass on a device: one on a processor, where larger batches only cost memory; on a GPU as many as fit.
    /// </summary>
    /// <param name="device">The device, with its model loaded.</param>
    /// <param name="tileSide">Side of a tile in px.</param>
    public static int BatchSize(InferenceDevice device, int tileSide)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.IsCuda ? BatchSize(FreeBytes(device), BytesPerTile(tileSide, device.Precision)) : 1;
    }

    /// <summary>Most tiles that <see cref="BatchSize(InferenceDevice, int)"/> ever answers for a device.</summary>
    public static int LargestBatch(InferenceDevice device) => device is { IsCuda: true } ? LargestGpuBatch : 1;

    /// <summary>Tiles that fit, at least one.</summary>
    /// <param name="freeBytes">Free memory; null when unknown.</param>
    /// <param name="bytesPerTile">What one tile needs.</param>
    internal static int BatchSize(long? freeBytes, long bytesPerTile) =>
        freeBytes is { } free ? (int)Math.Clamp(free * Share / bytesPerTile, 1, LargestGpuBatch) : 1;

    /// <summary>
    /// The largest maps stand at the end of a branch: at full size the skip map and the upsampled one (64 channels each), their convolution and
    /// the library's copy, beside the skip maps of the other sizes. The peaks measured on a processor, 1.2 to 1.5 GB in fp32, are below this.
    /// </summary>
    internal static long BytesPerTile(int tileSide, Precision precision) =>
        (long)tileSide * tileSide * 64 * 6 * (precision == Precision.Single ? sizeof(float) : sizeof(ushort));

    /// <summary>Free memory of a GPU in bytes; null when the driver does not tell.</summary>
    internal static long? FreeBytes(InferenceDevice device)
    {
        try
        {
            using GpuDriver.Scope scope = GpuDriver.Enter(device.Index);
            return GpuDriver.FreeBytes();
        }
        catch (Exception e) when (e is InvalidOperationException or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }
}
