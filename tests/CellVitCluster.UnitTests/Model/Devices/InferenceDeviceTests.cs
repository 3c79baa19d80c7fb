using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.UnitTests.Model.Devices;

public sealed class InferenceDeviceTests
{
    [Fact]
    public void The_processor_is_named_cpu_and_uses_all_cores_unless_told_otherwise()
    {
        InferenceDevice.Parse("cpu").ShouldBe(InferenceDevice.Cpu);
        InferenceDevice.Parse(" CPU ", threads: 3).Threads.ShouldBe(3);
    }

    [Fact]
    public void Profiles_tell_thread_counts_apart()
    {
        InferenceDevice.CpuWithThreads(1).Profile.Value.ShouldStartWith("cpu/fp32/direct/threads=1/");
        InferenceDevice.CpuWithThreads(1).Profile.ShouldNotBe(InferenceDevice.CpuWithThreads(2).Profile);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("cpu:0")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0:1")]
    public void Other_names_are_refused(string name)
    {
        Should.Throw<ConfigurationException>(() => InferenceDevice.Parse(name)).Message.ShouldContain($"'{name}'");
    }

    [Fact]
    public void No_threads_are_refused()
    {
        Should.Throw<ConfigurationException>(() => InferenceDevice.Parse("cpu", threads: 0)).Message.ShouldContain("0 threads");
    }
}
