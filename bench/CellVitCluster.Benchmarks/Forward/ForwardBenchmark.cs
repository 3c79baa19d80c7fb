using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CellVitCluster.Model;
using CellVitCluster.Model.Devices;
using CellVitCluster.Model.Networks;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>
/// <c>bench/run forward</c>: one tile of 1024² through the network as published and through ours, each in a process of its own, one after
/// the other in one run, so that the ratios hold whatever else the machine does.
/// </summary>
internal static class ForwardBenchmark
{
    /// <summary>The baseline comes first: ratios refer to it.</summary>
    private static readonly string[] Variants = ["plain", "three-branches", "with-classifier", "bf16-with-classifier"];

    /// <summary>Measures the named models, or all.</summary>
    public static int Run(IReadOnlyList<string> models)
    {
        foreach (string model in models.Count > 0 ? models : ForwardModels.Names)
        {
            NetworkConfiguration network = ForwardModels.Configuration(model);
            Console.WriteLine(FormattableString.Invariant($"{model}: {network.Architecture}, width {network.EmbeddingWidth}, {network.Depth} blocks; one 1024 x 1024 tile, {Environment.ProcessorCount} cores"));
            Console.WriteLine($"{"variant",-22} {"wall s",7} {"ratio",6} {"cpu s",7} {"ratio",6} {"peak MB",8} {"ratio",6} {"encoder",8} {"skips",7} {"branches",8} {"TFLOP/s",8} {"of matmul",9}  profile");
            ForwardMeasurement? plain = null;
            foreach (string variant in Variants)
            {
                ForwardMeasurement measured = Measure(model, variant, variant == "plain" ? 1 : 3);
                plain ??= measured;
                Print(network, variant, measured, plain);
            }

            Console.WriteLine();
        }

        Console.WriteLine("Ratios: plain / variant for times, variant / plain for peak memory (weights included). Parts: seconds on the clock.");
        Console.WriteLine("TFLOP/s count the work of the variant's own graph. That the numbers are the same is what the golden cases show (cellvit verify).");
        return 0;
    }

    /// <summary>Measures one variant in this process and prints it as JSON.</summary>
    public static int RunVariant(string model, string variant, string passes)
    {
        NetworkConfiguration network = ForwardModels.Configuration(model);
        int count = int.Parse(passes, CultureInfo.InvariantCulture);
        BranchSelection two = BranchSelection.Nuclei | BranchSelection.Distances;
        ForwardMeasurement measured = variant switch
        {
            "plain" => ForwardVariant.Plain(network, count),
            "three-branches" => ForwardVariant.Ours(network, Tuned(), BranchSelection.Maps, count),
            "with-classifier" => ForwardVariant.Ours(network, Tuned(), two, count),
            "bf16-with-classifier" => ForwardVariant.Ours(network, Tuned(Precision.BFloat16), two, count),
            _ => throw new ArgumentException($"'{variant}' is none of {string.Join(", ", Variants)}.", nameof(variant)),
        };
        Console.WriteLine(JsonSerializer.Serialize(measured));
        return 0;
    }

    private static InferenceDevice Tuned(Precision precision = Precision.Single) =>
        ConvolutionChoice.User.Apply(InferenceDevice.Cpu.WithPrecision(precision), Environment.GetEnvironmentVariable(ConvolutionChoice.Variable));

    private static ForwardMeasurement Measure(string model, string variant, int passes)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            ArgumentList = { "forward-variant", model, variant, passes.ToString(CultureInfo.InvariantCulture) },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<ForwardMeasurement>(output)!
            : throw new InvalidOperationException($"Variant '{variant}' of '{model}' ended with exit code {process.ExitCode}.");
    }

    private static void Print(NetworkConfiguration network, string variant, ForwardMeasurement measured, ForwardMeasurement plain)
    {
        const double megabyte = 1 << 20;
        int branches = variant is "plain" or "three-branches" ? 3 : 2;
        IReadOnlyDictionary<string, double> flops = ForwardFlops.Parts(network, branches);
        double work = flops.Values.Sum() + (variant == "plain" ? 2 * flops["skips"] : 0);
        double speed = work / measured.WallSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{variant,-22} {measured.WallSeconds,7:0.00} {plain.WallSeconds / measured.WallSeconds,6:0.00} {measured.ProcessorSeconds,7:0.0} {plain.ProcessorSeconds / measured.ProcessorSeconds,6:0.00} {measured.PeakBytes / megabyte,8:0} {(double)measured.PeakBytes / plain.PeakBytes,6:0.00} {Part(measured, "encoder"),8:0.00} {Part(measured, "skips"),7:0.00} {Part(measured, "branches"),8:0.00} {speed / 1000,8:0.000} {speed / measured.MatrixProduct,9:0.00}  {measured.Profile}"));
    }

    private static double Part(ForwardMeasurement measured, string part) => measured.Parts.GetValueOrDefault(part, double.NaN);
}
