using CellVitCluster.Model.Devices;

namespace CellVitCluster.UnitTests.Model.Devices;

/// <summary>Batches that fit the free memory of a device.</summary>
public sealed class DeviceMemoryTests
{
    private const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData(24 * Gigabyte, Gigabyte, 16)]
    [InlineData(6 * Gigabyte, Gigabyte, 4)]
    [InlineData(Gigabyte / 2, Gigabyte, 1)]
    public void As_many_tiles_as_fit_but_at_least_one(long free, long perTile, int expected) =>
        DeviceMemory.BatchSize(free, perTile).ShouldBe(expected);

    [Fact]
    public void Unknown_memory_means_one_tile() => DeviceMemory.BatchSize(freeBytes: null, Gigabyte).ShouldBe(1);

    [Fact]
    public void A_processor_runs_one_tile_at_a_time() => DeviceMemory.BatchSize(InferenceDevice.Cpu, 1024).ShouldBe(1);

    [Fact]
    public void Half_precision_halves_the_need() =>
        DeviceMemory.BytesPerTile(1024, Precision.Half).ShouldBe(DeviceMemory.BytesPerTile(1024, Precision.Single) / 2);
}
