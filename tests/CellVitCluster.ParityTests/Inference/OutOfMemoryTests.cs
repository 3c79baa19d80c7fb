using CellVitCluster.Domain.Errors;
using CellVitCluster.Inference.Batching;
using CellVitCluster.Model.Devices;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Inference;

/// <summary>The library reports lack of memory as text; the user gets a reason and a remedy.</summary>
public sealed class OutOfMemoryTests
{
    [Fact]
    public void The_librarys_own_report_is_explained()
    {
        Exception failure = Should.Throw<Exception>(() =>
        {
            // No machine has a pebibyte.
            using Tensor impossible = empty(1L << 50, ScalarType.Byte);
        });

        var explained = OutOfMemory.Explain(failure, InferenceDevice.Cpu).ShouldBeOfType<ModelException>();

        explained.Code.ShouldBe(ErrorCode.DeviceMemoryFull);
        explained.Message.ShouldContain("cpu");
        explained.InnerException.ShouldBeSameAs(failure);
    }

    [Fact]
    public void Other_failures_stay_what_they_are()
    {
        var failure = new InvalidOperationException("shape");

        OutOfMemory.Explain(failure, InferenceDevice.Cpu).ShouldBeSameAs(failure);
    }
}
