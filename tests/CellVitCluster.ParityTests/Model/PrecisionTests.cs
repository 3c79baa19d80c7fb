using CellVitCluster.Inference.Batching;
using CellVitCluster.Inference.Verification;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;
using CellVitCluster.TestSupport;
using Xunit.Abstractions;

namespace CellVitCluster.ParityTests.Model;

/// <summary>bf16 is another number format, not another network.</summary>
public sealed class PrecisionTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("tiny-vit", nameof(ConvolutionKernel.Direct))]
    [InlineData("tiny-vit", nameof(ConvolutionKernel.Winograd))]
    [InlineData("tiny-sam", nameof(ConvolutionKernel.Direct))]
    [InlineData("tiny-uni", nameof(ConvolutionKernel.Winograd))]
    [InlineData("tiny-virchow2", nameof(ConvolutionKernel.Direct))]
    public void Every_family_runs_in_bf16_and_is_told_from_fp32(string model, string kernel)
    {
        InferenceDevice device = InferenceDevice.Cpu.WithPrecision(Precision.BFloat16) with { Kernel = Enum.Parse<ConvolutionKernel>(kernel) };
        IGoldenCase golden = ForwardCase.Find(SharedData.Path("goldens", "forward", model), device).Single(c => c.Name.EndsWith("tile_a_256", StringComparison.Ordinal));

        GoldenResult result = golden.Run(CancellationToken.None);

        log.WriteLine($"{model}, {kernel}: {result.LargestDifference:0.0e0} of {result.Tolerance:0.0e0}; {result.Detail}");
        result.Outcome.ShouldBe(GoldenOutcome.Passed, $"{result.LargestDifference} > {result.Tolerance}; {result.Detail}");
        result.LargestDifference.ShouldBeGreaterThan(result.Tolerance / 100, "bf16 cannot come near fp32; if it does, fp32 was run");
    }

    [Fact]
    public void The_starters_maps_hardly_change()
    {
        PictureFile picture = PictureFile.Load(SharedData.Path("goldens", "tiles", "tile_a_256.png"));
        using NetworkResult exact = Run(picture, InferenceDevice.Cpu);
        using NetworkResult fast = Run(picture, InferenceDevice.Cpu.WithPrecision(Precision.BFloat16));

        int nuclei = exact.Maps.Nucleus.Sum(v => v);
        int changed = exact.Maps.Nucleus.Zip(fast.Maps.Nucleus).Count(p => p.First != p.Second);

        log.WriteLine($"{nuclei} px of nuclei, {changed} changed");
        nuclei.ShouldBeGreaterThan(1000);
        changed.ShouldBeInRange(1, exact.Maps.Nucleus.Length / 200);
    }

    private static NetworkResult Run(PictureFile picture, InferenceDevice device)
    {
        using LoadedModel model = LoadedModel.Load(ModelCatalog.Installed.Resolve(null), device);
        using var runner = new NetworkRunner(model);
        return runner.Run([picture.Rgb], picture.Width, picture.Height)[0];
    }
}
