namespace CellVitCluster.Cluster.Dispatch;

/// <summary>How work is handed out.</summary>
public sealed record DispatchOptions
{
    /// <summary>Most tiles in one grant. Neighbors share decoded slide tiles and close seams early; one message serves them all.</summary>
    public int TilesPerGrant { get; init; } = 16;

    /// <summary>
    /// Tiles that a worker may hold however little is pending. Beyond it a worker gets no more than its share of what is pending, so that the
    /// end of a slide does not wait in one worker's queue.
    /// </summary>
    public int LeastShare { get; init; } = 32;

    /// <summary>Silence after which a worker's tiles are granted to others.</summary>
    public TimeSpan WorkerSilence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Silence of a worker after the connection to its node has ended, after which its tiles are granted to others. A killed process ends its
    /// connections at once, seconds before its heartbeats are missed; one whose network stumbled connects and speaks again within two seconds.
    /// </summary>
    public TimeSpan ConnectionGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a tile that must be alone waits when a worker with nothing else begun was lost over it, unless the worker is removed from the
    /// cluster, or speaks, before: until then nobody knows whether it is dead, and the tile could take down one worker after another meanwhile.
    /// </summary>
    public TimeSpan RemovalGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long such a tile waits after the removal: the run hears of it and may give the tile up.</summary>
    public TimeSpan VerdictGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Silence after which a run's offer is dropped.</summary>
    public TimeSpan OfferSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between a worker letting go of a tile and its being granted again, unless an offer says that it is settled.</summary>
    public TimeSpan DroppedGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Time for which a worker's word that a tile is settled outweighs an offer that still lists it: offers are up to a second old, and more when
    /// they waited for the dispatcher to move. A later offer that lists the tile is believed: its result was lost.
    /// </summary>
    public TimeSpan SettledGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a dispatcher that may have had a predecessor listens before it grants: every worker has then said what it holds, every run what
    /// is pending.
    /// </summary>
    public TimeSpan TakeOver { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long no worker of a run's numeric profile must have been heard before one of another profile gets tiles of the run.</summary>
    public TimeSpan ProfileGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long no living worker must have had a run's model before the run is told so.</summary>
    public TimeSpan ModelGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long lost workers and revoked runs are remembered.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time between checks for silence.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);
}
