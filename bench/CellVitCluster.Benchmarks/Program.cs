using System.Globalization;
using CellVitCluster.Benchmarks.Agreement;
using CellVitCluster.Benchmarks.Cluster;
using CellVitCluster.Benchmarks.Detection;
using CellVitCluster.Benchmarks.Forward;
using CellVitCluster.Benchmarks.Placement;
using CellVitCluster.Benchmarks.Seams;

return args switch
{
    ["chaos", .. var options] => await ChaosBenchmark.RunAsync(options),
    ["cluster", .. var parts] => await ClusterBenchmark.RunAsync(parts),
    ["detection", var goldens] => DetectionBenchmark.Run(goldens),
    ["device", var device, .. var models] => DeviceBenchmark.Run(device, models),
    ["device-format", var device, var model, var precision] => DeviceBenchmark.RunFormat(device, model, precision),
    ["forward", .. var models] => ForwardBenchmark.Run(models),
    ["forward-variant", var model, var variant, var passes] => ForwardBenchmark.RunVariant(model, variant, passes),
    ["precision", var exact, var fast] => PrecisionReport.Run(exact, fast),
    ["seams"] => SeamBenchmark.Run(SeamBenchmark.DefaultNuclei),
    ["seams", var nuclei] when int.TryParse(nuclei, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 => SeamBenchmark.Run(count),
    ["placement", var slide] => PlacementBenchmark.Run(slide),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: bench/run chaos [sqlite|postgresql] [--faults N] [--seed S] [--logs FOLDER] | [sqlite|postgresql] --rolling [--from OLD/cellvit.dll] | cluster [control] [queue] [journal] [scaling] [recovery] [idle] [big] | forward [hipt] [sam-h] | device DEVICE [starter] [hipt] [sam-h] | detection GOLDENS | placement SLIDE | precision SLIDE [FORMAT [DEVICE]] | seams [NUCLEI]");
    return 2;
}
