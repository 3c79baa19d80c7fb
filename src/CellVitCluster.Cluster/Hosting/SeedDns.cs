namespace CellVitCluster.Cluster.Hosting;

/// <summary>A name that stands for all seeds, such as a headless service of Kubernetes.</summary>
/// <param name="Name">Name to resolve.</param>
/// <param name="Port">Port of every seed.</param>
/// <param name="Count">Addresses that must be there before anyone joins; the number of coordinators that are meant to run.</param>
public sealed record SeedDns(string Name, int Port, int Count);
