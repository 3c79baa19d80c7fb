using System.Globalization;
using CellVitCluster.Model.Devices;
using CellVitCluster.Model;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Encoders;
using CellVitCluster.Model.Networks;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Model;

/// <summary>Networks of published size with formula weights against outputs of the published networks. Source: spec/model.md §9.</summary>
public sealed class ConformanceTests(ITestOutputHelper log)
{
    /// <summary>Relative to the standard deviation of the tensor.</summary>
    private const double Tolerance = 1e-3;

    [Theory]
    [InlineData("CellViT256", 256)]
    [InlineData("SAM-B", 256)]
    [InlineData("UNI", 256)]
    public void Networks_of_published_size_give_the_published_values(string model, int side) => CompareNetwork(model, side);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("CellViT256", 1024)]
    [InlineData("SAM-L", 256)]
    [InlineData("SAM-H", 256)]
    [InlineData("Virchow", 256)]
    [InlineData("Virchow2", 256)]
    public void Large_networks_give_the_published_values(string model, int side) => CompareNetwork(model, side);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("SAM-B")]
    [InlineData("UNI")]
    public void Encoders_give_the_published_values_on_a_whole_tile(string model)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        NetworkConfiguration configuration = Configuration(model);
        using ImageEncoder encoder = configuration.Family == EncoderFamily.SegmentAnything
            ? new SamEncoder(configuration)
            : new VisionTransformer(configuration);
        FormulaWeights.Fill(encoder, "encoder.");
        EncoderOutput output = encoder.Encode(FormulaWeights.Image(1024), wantsTissue: true);

        // The published values of UNI are those of the sequence with its class token, which our taps leave out.
        long prefix = configuration.Family == EncoderFamily.SegmentAnything ? 0 : configuration.EmbeddingWidth;
        Compare(ConformanceTable.Encoder(model), name => name == "tissue_types"
            ? (output.Tissue!, 0)
            : (output.Taps[name[1] - '1'].permute(0, 2, 3, 1), prefix));
    }

    private void CompareNetwork(string model, int side)
    {
        NetworkConfiguration configuration = Configuration(model);
        using var network = new CellVit(configuration);
        FormulaWeights.Fill(network);
        network.PrepareForInference(InferenceDevice.Cpu);
        using Tensor image = FormulaWeights.Image(side);
        using NetworkOutput output = network.Run(image, BranchSelection.All);

        using DisposeScope scope = NewDisposeScope();
        Compare(ConformanceTable.Network(model, side), name => (name switch
        {
            "tissue_types" => output.TissueTypes!,
            "nuclei_binary_map" => output.NucleiBinaryMap!,
            "hv_map" => output.DistanceMap!,
            "nuclei_type_map" => output.NucleiTypeMap!,
            _ => output.Tokens,
        }, 0));
    }

    /// <summary>Compares with lines of the form "name mean deviation first third half last".</summary>
    /// <param name="table">The lines.</param>
    /// <param name="find">The tensor of a name, and how many leading elements of the published one it lacks.</param>
    private void Compare(string table, Func<string, (Tensor Tensor, long Missing)> find)
    {
        foreach (string line in table.Split('\n'))
        {
            string[] parts = line.Split(' ');
            double[] expected = [.. parts[1..].Select(p => double.Parse(p, CultureInfo.InvariantCulture))];
            (Tensor tensor, long missing) = find(parts[0]);
            Tensor flat = tensor.contiguous().flatten().to(ScalarType.Float64);
            long count = flat.shape[0] + missing;
            double[] actual =
            [
                flat.mean().item<double>(),
                flat.std(unbiased: false).item<double>(),
                .. new[] { 0, count / 3, count / 2, count - 1 }.Select(i => i < missing ? double.NaN : flat[i - missing].item<double>()),
            ];
            for (int i = 0; i < actual.Length; i++)
            {
                if (!double.IsNaN(actual[i]))
                {
                    actual[i].ShouldBe(expected[i], Tolerance * expected[1], $"{parts[0]}, value {i}");
                }
            }

            log.WriteLine($"{parts[0]}: {string.Join(", ", actual.Zip(expected, (a, e) => Math.Abs(a - e) / expected[1]).Select(d => d.ToString("0.0e0", CultureInfo.InvariantCulture)))} standard deviations");
        }
    }

    private static NetworkConfiguration Configuration(string model)
    {
        (string architecture, long[] positions) = model switch
        {
            "CellViT256" => ("CellViT256", new long[] { 1, 197, 384 }),
            "UNI" => ("CellViTUNI", [1, 197, 1024]),
            "Virchow" => ("CellViTVirchow", [1, 257, 1280]),
            "Virchow2" => ("CellViTVirchow2", [1, 261, 1280]),
            _ => ("CellViTSAM", [1, 64, 64, 1]),
        };
        var table = new CheckpointTensor("encoder.pos_embed", ElementType.Float32, positions, new byte[4 * positions.Aggregate(1L, (p, e) => p * e)]);
        var settings = CheckpointConfiguration.FromJson(
            $$$"""{"data":{"num_nuclei_classes":6,"num_tissue_classes":19},"model":{"backbone":"{{{model}}}"}}""");
        return NetworkConfiguration.From(new Checkpoint(architecture, [table], settings), model);
    }
}
