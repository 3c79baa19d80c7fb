using System.Diagnostics;
using System.Runtime.InteropServices;
using CellVitCluster.Inference.Batching;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;
using CellVitCluster.ParityTests.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>
/// <c>bench/run device</c>: tiles of 1024² per second through whole networks on one device, in every number format and batch size, and the memory
/// that a tile takes there.
/// </summary>
internal static class DeviceBenchmark
{
    private const int Side = 1024;
    private const double Seconds = 1;

    /// <summary>Seconds per batch beyond which no larger one is tried.</summary>
    private const double Patience = 1;

    private static readonly int[] BatchSizes = [1, 2, 4, 8, 16];

    /// <summary>Measures networks on a device, each format in a process of its own: the library never gives memory of a GPU back.</summary>
    /// <param name="device">Name of the device.</param>
    /// <param name="models">Names of networks; none for all.</param>
    public static int Run(string device, IReadOnlyList<string> models)
    {
        InferenceDevice target = InferenceDevice.Parse(device);
        foreach (string model in models.Count > 0 ? models : ["starter", .. ForwardModels.Names])
        {
            Console.WriteLine($"{model} on {target}, three branches, tiles of 1024 x 1024; network: maps stay on the device; taken: arrays on the host, one batch ahead");
            Console.WriteLine($"{"format",6} {"batch",5} {"network/s",9} {"taken/s",8} {"one by one",10} {"MB/batch",8} {"encoder ms",10} {"skips",7} {"branches",8} {"differs",8} {"by place",8}");
            foreach (Precision precision in target.IsCuda ? Enum.GetValues<Precision>() : [Precision.Single, Precision.BFloat16])
            {
                using Process process = Process.Start(Environment.ProcessPath!, ["device-format", device, model, Precisions.NameOf(precision)]);
                process.WaitForExit();
            }
        }

        return 0;
    }

    /// <summary>Measures one network in one format and prints its rows.</summary>
    public static int RunFormat(string deviceName, string name, string precision)
    {
        InferenceDevice device = InferenceDevice.Parse(deviceName).WithPrecision(Precisions.Parse(precision));
        byte[] pixels = new byte[Side * Side * 3];
        new Random(1).NextBytes(pixels);
        using LoadedModel model = name == "starter"
            ? LoadedModel.Load(ModelCatalog.Installed.Resolve(null), device)
            : LoadedModel.Create(ForwardModels.Configuration(name), network => FormulaWeights.Fill(network), device);
        using var runner = new NetworkRunner(model, keepProbability: true, keepClassProbabilities: true);
        long before = FreeBytes(device);
        foreach (int size in device.IsCuda ? BatchSizes : BatchSizes[..1])
        {
            try
            {
                if (size / Measure(model, runner, size, pixels, before) > Patience)
                {
                    break;
                }
            }
            catch (ExternalException exception)
            {
                Console.WriteLine($"{precision,6} {size,5} {exception.Message.ReplaceLineEndings(" ")[..Math.Min(200, exception.Message.Length)]}");
                break;
            }
        }

        return 0;
    }

    /// <returns>Tiles per second.</returns>
    private static double Measure(LoadedModel model, NetworkRunner runner, int size, byte[] pixels, long freeBefore)
    {
        const double megabyte = 1 << 20;
        InferenceDevice device = model.Device;
        using IDisposable frozen = no_grad();
        using Tensor image = FormulaWeights.Image(Side).to(device.ToTorch());
        using Tensor input = image.expand(size, -1, -1, -1).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        double network = size * PerSecond(() => model.Forward(input, BranchSelection.Maps).Dispose(), device);
        ReadOnlyMemory<byte>[] images = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)pixels, size)];
        double alone = size * PerSecond(() => Free(runner.Run(images, Side, Side)), device);
        NetworkBatch? begun = null;
        double taken = size * PerSecond(
            () =>
            {
                NetworkBatch next = runner.Begin(images, Side, Side);
                Free(begun?.Complete() ?? []);
                begun = next;
            },
            device);
        begun?.Dispose();
        double used = (freeBefore - FreeBytes(device)) / megabyte;
        (Dictionary<string, double> parts, double difference, double places) = Parts(model, image, input);
        Console.WriteLine(FormattableString.Invariant(
            $"{Precisions.NameOf(device.Precision),6} {size,5} {network,9:0.0} {taken,8:0.0} {alone,10:0.0} {used,8:0} {parts["encoder"],10:0.00} {parts["skips"],7:0.00} {parts["branches"],8:0.00} {difference,8:0.0e0} {places,8:0.0e0}"));
        return network;
    }

    /// <summary>
    /// Milliseconds per tile in each part; how far the logits of an image in the batch differ from those of the image alone, and from those of the
    /// same image in other places of the batch.
    /// </summary>
    private static (Dictionary<string, double> Parts, double Difference, double Places) Parts(LoadedModel model, Tensor image, Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        using NetworkOutput alone = model.Forward(image, BranchSelection.Maps);
        Synchronize(model.Device);
        var clock = new PartClock();
        using NetworkOutput together = model.Forward(input, BranchSelection.Maps, part =>
        {
            Synchronize(model.Device);
            clock.End(part);
        });
        Tensor map = together.NucleiBinaryMap!;
        double difference = (map[..1] - alone.NucleiBinaryMap!).abs().max().item<float>();
        double places = (map - map[..1]).abs().max().item<float>();
        return (clock.Seconds.ToDictionary(p => p.Key, p => 1000 * p.Value / input.shape[0], StringComparer.Ordinal), difference, places);
    }

    private static double PerSecond(Action pass, InferenceDevice device)
    {
        const int warmUps = 2;
        for (int i = 0; i < warmUps; i++)
        {
            pass();
        }

        Synchronize(device);
        long start = Stopwatch.GetTimestamp();
        int passes = 0;
        do
        {
            // Not more ahead of the device than a few passes.
            pass();
            passes++;
            if (passes % 4 == 0)
            {
                Synchronize(device);
            }
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds || passes < 4);

        Synchronize(device);
        return passes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static long FreeBytes(InferenceDevice device)
    {
        if (!device.IsCuda)
        {
            return 0;
        }

        using GpuDriver.Scope scope = GpuDriver.Enter(device.Index);
        return GpuDriver.FreeBytes();
    }

    private static void Synchronize(InferenceDevice device)
    {
        if (device.IsCuda)
        {
            cuda.synchronize();
        }
    }

    private static void Free(IReadOnlyList<NetworkResult> results)
    {
        foreach (NetworkResult result in results)
        {
            result.Dispose();
        }
    }
}
