namespace CellVitCluster.Benchmarks.Forward;

/// <summary>One variant of a network, measured in a process of its own.</summary>
/// <param name="WallSeconds">Median of the passes.</param>
/// <param name="ProcessorSeconds">Median of the passes, all threads.</param>
/// <param name="PeakBytes">Largest resident memory during the passes, weights included.</param>
/// <param name="WeightBytes">Resident memory before the first pass.</param>
/// <param name="Parts">Seconds on the clock per part of the network, of the last pass.</param>
/// <param name="MatrixProduct">GFLOP per second of a 4096³ matrix product in the same process.</param>
/// <param name="Profile">What decides the last bits.</param>
internal sealed record ForwardMeasurement(
    double WallSeconds,
    double ProcessorSeconds,
    long PeakBytes,
    long WeightBytes,
    IReadOnlyDictionary<string, double> Parts,
    double MatrixProduct,
    string Profile);
