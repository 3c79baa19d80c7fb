using CellVitCluster.Benchmarks.Agreement;
using CellVitCluster.Benchmarks.Detection;
using CellVitCluster.Benchmarks.Forward;

return args switch
{
    ["detection", var goldens] => DetectionBenchmark.Run(goldens),
    ["forward", .. var models] => ForwardBenchmark.Run(models),
    ["forward-variant", var model, var variant, var passes] => ForwardBenchmark.RunVariant(model, variant, passes),
    ["precision", var exact, var fast] => PrecisionReport.Run(exact, fast),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: bench/run forward [hipt] [sam-h] | detection GOLDENS | precision SLIDE");
    return 2;
}
