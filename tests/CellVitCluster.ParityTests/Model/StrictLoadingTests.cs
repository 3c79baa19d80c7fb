using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Networks;
using CellVitCluster.TestSupport;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Model;

/// <summary>Weights go from the file into the network without a copy of the file in between.</summary>
public sealed class StrictLoadingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parameters_are_filled_from_the_file_without_managed_memory(bool half)
    {
        // 80 MB, more than one chunk of the copy, so that later chunks show too.
        const int rows = 5000, columns = 4000;
        using var folder = new TemporaryFolder();
        using Linear layer = nn.Linear(columns, rows);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i % 2048;
        }

        var weight = new CheckpointTensor("weight", ElementType.Float32, [rows, columns], System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray());
        var bias = new CheckpointTensor("bias", ElementType.Float32, [rows], new byte[rows * sizeof(float)]);
        var written = new Checkpoint("Linear", [weight, bias], CheckpointConfiguration.Empty);
        SafetensorsFile.Save(folder.File("linear.safetensors"), half ? written.ToHalfPrecision() : written);
        using Checkpoint checkpoint = CheckpointFile.Load(folder.File("linear.safetensors"));
        long before = GC.GetAllocatedBytesForCurrentThread();

        StrictLoading.Load(layer, checkpoint, "linear.safetensors");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
        layer.weight!.data<float>().ToArray().ShouldBe(values);
        layer.bias!.count_nonzero().item<long>().ShouldBe(0);
    }
}
