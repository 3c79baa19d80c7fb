using System.Diagnostics;
using CellVitCluster.Model;
using CellVitCluster.Model.Devices;
using CellVitCluster.Model.Networks;
using CellVitCluster.ParityTests.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>Builds one variant of a network from formula weights and measures it on one tile of 1024².</summary>
internal static class ForwardVariant
{
    private const int Side = 1024;

    /// <summary>Measures the baseline.</summary>
    public static ForwardMeasurement Plain(NetworkConfiguration configuration, int passes)
    {
        InferenceDevice.Cpu.Activate();
        using var network = new CellVit(configuration);
        FormulaWeights.Fill(network);
        network.eval();
        Dictionary<string, Tensor> weights = network.state_dict();
        Dictionary<string, BatchNorm2d> norms = network.named_modules().Where(m => m.module is BatchNorm2d)
            .ToDictionary(m => m.name, m => (BatchNorm2d)m.module, StringComparer.Ordinal);
        using Tensor? positions = configuration.Architecture == "CellViT256" ? network.ResizedPositions(Side) : null;
        IPlainEncoder encoder = positions is null
            ? new PlainSamEncoder(weights, configuration.Heads, configuration.Taps)
            : new PlainVisionTransformer(weights, configuration.Heads, configuration.Taps, positions);
        var plain = new PlainNetwork(weights, norms, encoder);
        return Measure(passes, "as published", (image, clock) => plain.Run(image, clock.End));
    }

    /// <summary>Measures our network.</summary>
    public static ForwardMeasurement Ours(NetworkConfiguration configuration, InferenceDevice device, BranchSelection wanted, int passes)
    {
        using LoadedModel model = LoadedModel.Create(configuration, network => FormulaWeights.Fill(network), device);
        return Measure(passes, model.Profile.Value, (image, clock) =>
        {
            NetworkOutput output = model.Forward(image, wanted, clock.End);
            Tensor?[] tensors = [output.NucleiBinaryMap, output.DistanceMap, output.NucleiTypeMap, output.Tokens];
            return [.. tensors.OfType<Tensor>()];
        });
    }

    private static ForwardMeasurement Measure(int passes, string profile, Func<Tensor, PartClock, Tensor[]> run)
    {
        using IDisposable frozen = no_grad();
        using Tensor image = FormulaWeights.Image(Side);
        double product = MatrixProduct();
        var walls = new List<double>();
        var processors = new List<double>();
        long weights = 0, peak = 0;
        IReadOnlyDictionary<string, double> parts = new Dictionary<string, double>(StringComparer.Ordinal);
        for (int pass = 0; pass <= passes; pass++)
        {
            using DisposeScope scope = NewDisposeScope();
            var clock = new PartClock();
            ProcessUsage usage = ProcessUsage.Start();
            weights = pass == 0 ? ProcessUsage.ResidentBytes : weights;
            Tensor[] outputs = run(image, clock);
            if (pass > 0)
            {
                walls.Add(usage.WallSeconds);
                processors.Add(usage.ProcessorSeconds);
            }

            peak = Math.Max(peak, ProcessUsage.PeakBytes);
            parts = clock.Seconds;
            foreach (Tensor output in outputs)
            {
                output.Dispose();
            }
        }

        return new ForwardMeasurement(Median(walls), Median(processors), peak, weights, parts, product, profile);
    }

    /// <summary>GFLOP per second on the clock.</summary>
    private static double MatrixProduct()
    {
        const int n = 4096;
        using Tensor a = randn(n, n), b = randn(n, n);
        double best = double.PositiveInfinity;
        for (int i = 0; i < 3; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = a.matmul(b);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2e-9 * n * n * n / best;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
