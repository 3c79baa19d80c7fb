namespace CellVitCluster.Cluster.Dispatch;

/// <summary>How work is handed out.</summary>
public sealed record DispatchOptions
{
    /// <summary>Most tiles in one grant. Neighbors share decoded slide tiles and close seams early; one message serves them all.</summary>
    public int TilesPerGrant { get; init; } = 16;

    /// <summary>Silence after which a worker's tiles are granted to others.</summary>
    public TimeSpan WorkerSilence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which a run's offer is dropped.</summary>
    public TimeSpan OfferSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between a worker letting go of a tile and its being granted again, unless an offer says that it is settled.</summary>
    public TimeSpan DroppedGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between checks for silence.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);
}
