using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Devices;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Devices;

/// <summary>A machine measures once and then gives the same bits every day.</summary>
public sealed class ConvolutionChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _measured;

    private string FindingsPath => Path.Combine(_folder.Path, "cache", "convolutions.json");

    [Fact]
    public void A_finding_is_remembered_by_the_next_process()
    {
        Choice(ConvolutionKernel.Winograd).Apply(InferenceDevice.CpuWithThreads(2), configured: null).Kernel.ShouldBe(ConvolutionKernel.Winograd);

        Choice(ConvolutionKernel.Direct).Apply(InferenceDevice.CpuWithThreads(2), "auto").Kernel.ShouldBe(ConvolutionKernel.Winograd);

        _measured.ShouldBe(1);
    }

    [Fact]
    public void Another_number_of_threads_is_measured_anew()
    {
        Choice(ConvolutionKernel.Winograd).Apply(InferenceDevice.CpuWithThreads(2), configured: null);

        Choice(ConvolutionKernel.Direct).Apply(InferenceDevice.CpuWithThreads(1), configured: null).Kernel.ShouldBe(ConvolutionKernel.Direct);

        _measured.ShouldBe(2);
    }

    [Theory]
    [InlineData("direct", ConvolutionKernel.Direct)]
    [InlineData(" Winograd ", ConvolutionKernel.Winograd)]
    public void Configuration_decides_without_measuring(string configured, ConvolutionKernel expected)
    {
        InferenceDevice device = Choice(ConvolutionKernel.Direct).Apply(InferenceDevice.CpuWithThreads(2), configured);

        device.Kernel.ShouldBe(expected);
        device.Profile.Value.ShouldContain(expected == ConvolutionKernel.Winograd ? "/winograd/" : "/direct/");
        _measured.ShouldBe(0);
    }

    [Fact]
    public void A_damaged_file_is_measured_over()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FindingsPath)!);
        File.WriteAllText(FindingsPath, "{ \"half");

        Choice(ConvolutionKernel.Winograd).Apply(InferenceDevice.CpuWithThreads(2), configured: null).Kernel.ShouldBe(ConvolutionKernel.Winograd);

        File.ReadAllText(FindingsPath).ShouldContain("Winograd");
    }

    [Fact]
    public void Each_precision_is_measured_and_named()
    {
        Choice(ConvolutionKernel.Winograd).Apply(InferenceDevice.CpuWithThreads(2), configured: null);

        InferenceDevice device = Choice(ConvolutionKernel.Direct).Apply(InferenceDevice.CpuWithThreads(2).WithPrecision(Precision.BFloat16), configured: null);

        device.Kernel.ShouldBe(ConvolutionKernel.Direct);
        device.Profile.Value.ShouldStartWith("cpu/bf16/direct/");
        _measured.ShouldBe(2);
    }

    [Fact]
    public void An_unknown_form_is_refused_by_name() =>
        Should.Throw<ConfigurationException>(() => Choice(ConvolutionKernel.Direct).Apply(InferenceDevice.Cpu, "fastest")).Message.ShouldContain("fastest");

    [Fact]
    public void Half_precision_is_refused_on_a_processor() =>
        Should.Throw<ConfigurationException>(() => InferenceDevice.Cpu.WithPrecision(Precision.Half)).Message.ShouldContain("fp16");

    public void Dispose() => _folder.Dispose();

    private ConvolutionChoice Choice(ConvolutionKernel found) => new(FindingsPath, _ =>
    {
        _measured++;
        return found;
    });
}
