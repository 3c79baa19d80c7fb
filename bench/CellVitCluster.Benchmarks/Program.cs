using System.Globalization;
using CellVitCluster.Benchmarks.Agreement;
using CellVitCluster.Benchmarks.Detection;
using CellVitCluster.Benchmarks.Forward;
using CellVitCluster.Benchmarks.Placement;
using CellVitCluster.Benchmarks.Seams;

return args switch
{
    ["detection", var goldens] => DetectionBenchmark.Run(goldens),
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
    Console.Error.WriteLine("Usage: bench/run forward [hipt] [sam-h] | detection GOLDENS | placement SLIDE | precision SLIDE | seams [NUCLEI]");
    return 2;
}
