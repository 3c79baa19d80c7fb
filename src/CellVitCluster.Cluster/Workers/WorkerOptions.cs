namespace CellVitCluster.Cluster.Workers;

/// <summary>How much a worker takes on.</summary>
public sealed record WorkerOptions
{
    /// <summary>Tiles held beyond what the analyzer keeps busy with, so that the loss of the coordinator does not idle the device.</summary>
    public int Prefetch { get; init; } = 8;

    /// <summary>Finished but unacknowledged tiles at which the worker asks for no more.</summary>
    public int MaxUnacknowledged { get; init; } = 64;

    /// <summary>Result files written at the same time.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>Time between requests for work.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>First wait before an unacknowledged report is sent again; doubles up to <see cref="MaxRepeat"/>.</summary>
    public TimeSpan FirstRepeat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait between repetitions.</summary>
    public TimeSpan MaxRepeat { get; init; } = TimeSpan.FromSeconds(15);
}
