using CellVitCluster.Inference.Verification;
using CellVitCluster.Model.Devices;
using CellVitCluster.TestSupport;
using Xunit.Abstractions;

namespace CellVitCluster.ParityTests.Model;

/// <summary>Raw outputs against those of the published networks; tolerances in goldens/forward/README.md.</summary>
public sealed class ForwardPassTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("tiny-vit", 5)]
    [InlineData("tiny-vit-regression", 1)]
    [InlineData("wide-vit", 1)]
    [InlineData("tiny-sam", 2)]
    [InlineData("tiny-uni", 2)]
    [InlineData("tiny-virchow", 2)]
    [InlineData("tiny-virchow2", 2)]
    [InlineData("samb-official", 1)]
    [InlineData("vit256-official", 2)]
    public void Outputs_equal_those_of_the_published_network_within_tolerance(string model, int inputs)
    {
        foreach (ConvolutionKernel kernel in Enum.GetValues<ConvolutionKernel>())
        {
            IReadOnlyList<IGoldenCase> cases = ForwardCase.Find(SharedData.Path("goldens", "forward", model), InferenceDevice.Cpu with { Kernel = kernel });

            cases.Count.ShouldBe(inputs);
            foreach (IGoldenCase golden in cases)
            {
                GoldenResult result = golden.Run(CancellationToken.None);
                log.WriteLine($"{model}/{result.Case}, {kernel}: {result.LargestDifference:0.0e0} of {result.Tolerance:0.0e0}; {result.Detail}");
                result.Outcome.ShouldBe(GoldenOutcome.Passed, $"{result.Case}, {kernel}: {result.LargestDifference} > {result.Tolerance}; {result.Detail}");
            }
        }
    }
}
