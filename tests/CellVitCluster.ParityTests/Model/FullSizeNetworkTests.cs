using CellVitCluster.Model;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Devices;
using CellVitCluster.Model.Networks;
using CellVitCluster.TestSupport;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Model;

/// <summary>Networks of full size from memory to a file and back, and one whole tile through them; gigabytes and a minute each.</summary>
[Trait("Category", "Slow")]
public sealed class FullSizeNetworkTests(ITestOutputHelper log) : IDisposable
{
    private const int Side = 1024;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("CellViT256", "{}", 384, 46_750_349)]
    [InlineData("CellViTSAM", """{ "backbone": "SAM-H" }""", 1280, 699_741_149)]
    public void A_saved_network_is_loaded_and_runs_a_tile(string architecture, string modelSettings, int width, long parameters)
    {
        string path = _folder.File(architecture + ".safetensors");
        CheckpointConfiguration settings = CheckpointConfiguration.FromJson(
            $$"""{ "model": {{modelSettings}}, "data": { "num_nuclei_classes": 6, "num_tissue_classes": 19 } }""");
        using Tensor image = FormulaWeights.Image(Side);
        using Tensor expected = Save(architecture, settings, path, parameters, image);
        log.WriteLine($"{architecture}: {new FileInfo(path).Length:N0} bytes");

        using Checkpoint checkpoint = CheckpointFile.Load(path);
        using LoadedModel model = LoadedModel.Create(checkpoint, path, InferenceDevice.Cpu with { Kernel = ConvolutionKernel.Winograd });
        using NetworkOutput output = model.Forward(image, BranchSelection.Maps);

        model.Configuration.EmbeddingWidth.ShouldBe(width);
        output.Tokens.shape.ShouldBe([1, width, Side / 16, Side / 16]);
        output.NucleiBinaryMap!.shape.ShouldBe([1, 2, Side, Side]);
        output.DistanceMap!.shape.ShouldBe([1, 2, Side, Side]);
        output.NucleiTypeMap!.shape.ShouldBe([1, 6, Side, Side]);
        foreach (Tensor map in new[] { output.NucleiBinaryMap, output.DistanceMap, output.NucleiTypeMap })
        {
            using DisposeScope scope = NewDisposeScope();
            map.isfinite().all().item<bool>().ShouldBeTrue();
            map.std().item<float>().ShouldBeGreaterThan(0.01f);
        }

        using DisposeScope compared = NewDisposeScope();
        double difference = (output.Tokens - expected).abs().max().item<float>() / expected.std().item<float>();
        log.WriteLine($"{architecture}: tokens differ by {difference:0.0e0} standard deviations between the forms of the products");
        difference.ShouldBeLessThan(1e-3);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Saves a network of formula weights.</summary>
    /// <returns>Its tokens, by the library's own products.</returns>
    private static Tensor Save(string architecture, CheckpointConfiguration settings, string path, long parameters, Tensor image)
    {
        long[] positions = architecture == "CellViTSAM" ? [1, 64, 64, 1280] : [1, 197, 384];
        var table = new CheckpointTensor("encoder.pos_embed", ElementType.Float32, positions, new byte[4 * positions.Aggregate(1L, (p, e) => p * e)]);
        using var shape = new Checkpoint(architecture, [table], settings);
        using var network = new CellVit(NetworkConfiguration.From(shape, architecture));
        FormulaWeights.Fill(network);
        network.parameters().Sum(p => p.numel()).ShouldBe(parameters);
        Dictionary<string, Tensor> state = network.state_dict();
        using var saved = new Checkpoint(architecture, [.. state.Select(s => Stored(s.Key, s.Value))], settings);
        SafetensorsFile.Save(path, saved);
        network.PrepareForInference(InferenceDevice.Cpu);
        using NetworkOutput output = network.Run(image, BranchSelection.None);
        return output.Tokens.clone();
    }

    private static CheckpointTensor Stored(string name, Tensor tensor) => new(
        name, tensor.dtype == ScalarType.Int64 ? ElementType.Int64 : ElementType.Float32, tensor.shape, tensor.bytes.ToArray());
}
