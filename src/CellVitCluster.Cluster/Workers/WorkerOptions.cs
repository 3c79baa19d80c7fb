namespace CellVitCluster.Cluster.Workers;

/// <summary>How much a worker takes on.</summary>
public sealed record WorkerOptions
{
    /// <summary>
    /// Time for which a worker keeps tiles in stock beyond those it works on, at the speed it has measured of itself: what the cluster needs to
    /// replace a lost coordinator (20 s) and its dispatcher to listen before it grants (3 s), so that the device does not wait meanwhile.
    /// </summary>
    public TimeSpan FailoverWindow { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Least stock in tiles: enough while nothing is measured.</summary>
    public int MinPrefetch { get; init; } = 8;

    /// <summary>Largest stock in tiles: keeps what a worker says about its stock far below 64 KiB.</summary>
    public int MaxPrefetch { get; init; } = 512;

    /// <summary>Time over which the speed is averaged.</summary>
    public TimeSpan SpeedMemory { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Tiles that must be missing in the stock before more are asked for, at most half the stock: so grants are neighbors and not single tiles.
    /// </summary>
    public int LeastRequest { get; init; } = 8;

    /// <summary>Finished but unacknowledged tiles at which the worker asks for no more.</summary>
    public int MaxUnacknowledged { get; init; } = 64;

    /// <summary>Result files written at the same time.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>Longest time between requests for work.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between requests for work that follow from what happened in the worker.</summary>
    public TimeSpan RequestInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Age of the request at which a grant that answers it is ignored: it waited in a connection, or before a frozen process, while the dispatcher took
    /// this worker for lost and granted its tiles to others. A dispatcher takes at least three seconds for that.
    /// </summary>
    public TimeSpan GrantLife { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long acknowledged tiles are named in requests; longer than offers can be late.</summary>
    public TimeSpan SettledMemory { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First wait before an unacknowledged report is sent again; doubles up to <see cref="MaxRepeat"/>.</summary>
    public TimeSpan FirstRepeat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait between repetitions.</summary>
    public TimeSpan MaxRepeat { get; init; } = TimeSpan.FromSeconds(15);
}
