using CellVitCluster.Benchmarks.Forward;

return args switch
{
    ["forward", .. var models] => ForwardBenchmark.Run(models),
    ["forward-variant", var model, var variant, var passes] => ForwardBenchmark.RunVariant(model, variant, passes),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: bench/run forward [hipt] [sam-h]");
    return 2;
}
