using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Dispatch;

/// <summary>
/// Run to dispatcher, about once a second: what is still to be done. Registration, resynchronization and heartbeat in one, so that a
/// dispatcher that lost its memory has it back within seconds.
/// </summary>
/// <param name="Specification">The run.</param>
/// <param name="Grid">Geometry of the tiles; null while the slide waits for its survey.</param>
/// <param name="Pending">One bit per tile of the grid: set while its result is not settled. Empty while the survey is pending.</param>
[MessagePackObject]
public sealed record OfferWork(
    [property: Key(0)] RunSpecification Specification,
    [property: Key(1)] GridMessage? Grid,
    [property: Key(2)] byte[] Pending) : IWithRunId
{
    /// <summary>A value of <see cref="RunPriority"/>: a higher class goes first.</summary>
    [Key(3)]
    public int Priority { get; init; }

    /// <summary>Who asked: submitters of one class share the workers fairly. Null for the user of a single machine.</summary>
    [Key(4)]
    public string? Submitter { get; init; }

    /// <summary>Numeric profile of the tiles settled so far (the most frequent one), or null before the first.</summary>
    [Key(5)]
    public string? Profile { get; init; }

    /// <summary>Tiles that failed or lost their worker before, with what must be minded; null for none.</summary>
    [Key(6)]
    public IReadOnlyList<SuspectTile>? Suspects { get; init; }

    /// <inheritdoc/>
    [IgnoreMember]
    public string RunId => Specification.RunId;
}

/// <summary>A tile (or survey) that went wrong before.</summary>
/// <param name="Tile">Row-major number, or <see cref="WorkGrant.Survey"/>.</param>
/// <param name="FailedOn">Workers it failed on: others get it first, while there are others.</param>
/// <param name="Alone">It may have taken workers down: granted alone, to a worker that holds nothing else.</param>
[MessagePackObject]
public sealed record SuspectTile(
    [property: Key(0)] int Tile,
    [property: Key(1)] IReadOnlyList<string> FailedOn,
    [property: Key(2)] bool Alone)
{
    /// <summary>Workers lost with a tile before it is granted alone: a first one is replaced at once by any other.</summary>
    public const int AloneAfter = 2;
}

/// <summary>Run to dispatcher: nothing left to do.</summary>
[MessagePackObject]
public sealed record WithdrawOffer([property: Key(0)] string RunId) : IWithRunId
{
    /// <summary>Workers drop what they hold of the run: it was cancelled or given up, or has all its tiles.</summary>
    [Key(1)]
    public bool Revoke { get; init; }

    /// <summary>
    /// The run is published: workers drop what they have not begun. What they have begun they finish and report, so that the run tells them to
    /// remove its file. False from older versions.
    /// </summary>
    [Key(2)]
    public bool Published { get; init; }
}

/// <summary>Dispatcher to worker: drop what you hold of this run, finished or not.</summary>
[MessagePackObject]
public sealed record RevokeWork([property: Key(0)] string RunId) : IWithRunId
{
    /// <summary>Only these: another worker has settled them meanwhile. Null for everything of the run, as from older versions.</summary>
    [Key(1)]
    public IReadOnlyList<int>? Tiles { get; init; }

    /// <summary>Only what is not begun. False from older versions.</summary>
    [Key(2)]
    public bool KeepBegun { get; init; }
}

/// <summary>Dispatcher to run: a worker died (crashed or was cut off for good, not stopped in order) while it worked on these tiles.</summary>
/// <param name="RunId">The run.</param>
/// <param name="WorkerId">The worker.</param>
/// <param name="Tiles">Tiles it had begun, or <see cref="WorkGrant.Survey"/>.</param>
[MessagePackObject]
public sealed record WorkerLost(
    [property: Key(0)] string RunId,
    [property: Key(1)] string WorkerId,
    [property: Key(2)] IReadOnlyList<int> Tiles) : IWithRunId
{
    /// <summary>
    /// The only tile named is all that the worker had begun, of any run: if anything it did took it down, it was this tile. False from older
    /// versions.
    /// </summary>
    [Key(3)]
    public bool Alone { get; init; }
}

/// <summary>Dispatcher to run, about once a second while it lasts: no living worker can do this work.</summary>
[MessagePackObject]
public sealed record OfferUnservable([property: Key(0)] string RunId, [property: Key(1)] FailureMessage Failure) : IWithRunId;

/// <summary>Query to the dispatcher: which workers are there, and what do they hold? Reply: <see cref="Workers"/>.</summary>
[MessagePackObject]
public sealed record GetWorkers : IClusterMessage
{
    /// <summary>Most workers in one reply, which keeps it below 64 KiB.</summary>
    public const int PageSize = 100;

    /// <summary>Only workers whose id comes after this one in the order of the characters' numbers; null for the first page.</summary>
    [Key(0)]
    public string? After { get; init; }
}

/// <summary>Reply to <see cref="GetWorkers"/>.</summary>
/// <param name="Items">Workers in the order of their ids.</param>
[MessagePackObject]
public sealed record Workers([property: Key(0)] IReadOnlyList<WorkerStatus> Items) : IClusterMessage
{
    /// <summary>More workers follow after the last one. False from dispatchers of older versions, which tell all at once.</summary>
    [Key(1)]
    public bool HasMore { get; init; }
}

/// <summary>A worker as the dispatcher sees it.</summary>
[MessagePackObject]
public sealed record WorkerStatus(
    [property: Key(0)] string WorkerId,
    [property: Key(1)] string Address,
    [property: Key(2)] string Profile,
    [property: Key(3)] string ModelDigest,
    [property: Key(4)] double SecondsSinceHeard,
    [property: Key(5)] int TilesHeld,
    [property: Key(6)] IReadOnlyList<string> Runs,
    [property: Key(7)] bool Draining);

/// <summary>Worker to dispatcher, about once a second and whenever a slot becomes free: how much more it can take and what it holds.</summary>
/// <param name="WorkerId">Unique per worker process and device.</param>
/// <param name="Credit">Tiles it can take now.</param>
/// <param name="Held">What it is working on or waiting to have acknowledged; renews the leases.</param>
[MessagePackObject]
public sealed record RequestWork(
    [property: Key(0)] string WorkerId,
    [property: Key(1)] int Credit,
    [property: Key(2)] IReadOnlyList<HeldWork> Held) : IClusterMessage
{
    /// <summary>Numeric profile of its results; null from workers of older versions.</summary>
    [Key(3)]
    public string? Profile { get; init; }

    /// <summary>SHA-256 of the weights it has loaded: it gets no work of other models. Null from workers of older versions.</summary>
    [Key(4)]
    public string? ModelDigest { get; init; }

    /// <summary>It is being stopped and takes no more.</summary>
    [Key(5)]
    public bool Draining { get; init; }

    /// <summary>
    /// Tiles whose results were acknowledged to it in the last seconds: an offer that still lists them is older than that. Null for none and
    /// from workers of older versions.
    /// </summary>
    [Key(6)]
    public IReadOnlyList<HeldWork>? Settled { get; init; }

    /// <summary>Highest <see cref="WorkGrant.Fence"/> it has seen; 0 before the first grant, null from workers of older versions.</summary>
    [Key(7)]
    public long? Fence { get; init; }

    /// <summary>Number format its network runs in: it gets no work of runs in another one. Null from workers of older versions.</summary>
    [Key(8)]
    public string? Precision { get; init; }

    /// <summary>
    /// When it was sent, in milliseconds on a clock of the worker's own that never stands still; comes back as <see cref="WorkGrant.AskedAt"/>. Null
    /// from workers of older versions.
    /// </summary>
    [Key(9)]
    public long? At { get; init; }
}

/// <summary>Tiles of one run that a worker holds.</summary>
[MessagePackObject]
public sealed record HeldWork([property: Key(0)] string RunId, [property: Key(1)] IReadOnlyList<int> Tiles)
{
    /// <summary>Those it has begun and not finished; null from workers of older versions.</summary>
    [Key(2)]
    public IReadOnlyList<int>? Begun { get; init; }
}

/// <summary>Dispatcher to worker: neighboring tiles of one run, or the survey of a slide.</summary>
/// <param name="Specification">The run.</param>
/// <param name="Grid">Geometry of the tiles; null for a survey.</param>
/// <param name="Tiles">Row-major numbers; the single number <see cref="Survey"/> for a survey.</param>
[MessagePackObject]
public sealed record WorkGrant(
    [property: Key(0)] RunSpecification Specification,
    [property: Key(1)] GridMessage? Grid,
    [property: Key(2)] IReadOnlyList<int> Tiles) : IWithRunId
{
    /// <summary>Stands for the survey where a tile number is expected.</summary>
    public const int Survey = -1;

    /// <summary>
    /// Fencing number: grows with every dispatcher that takes office. A worker that has seen a higher one ignores the grant: it comes from a
    /// dispatcher that was replaced and does not know it yet. 0 from older versions.
    /// </summary>
    [Key(3)]
    public long Fence { get; init; }

    /// <summary>A value of <see cref="RunPriority"/>: what a worker has not begun yields to grants of a higher class.</summary>
    [Key(4)]
    public int Priority { get; init; }

    /// <summary>
    /// Node that keeps the run's books: a worker takes turns between nodes, so that it never has the tiles of one node only before it. Null from
    /// older versions.
    /// </summary>
    [Key(5)]
    public string? Home { get; init; }

    /// <summary>
    /// <see cref="RequestWork.At"/> of the latest request before the grant: what waited in a connection or before a frozen process for long has been
    /// granted to others meanwhile. Null from older versions.
    /// </summary>
    [Key(6)]
    public long? AskedAt { get; init; }

    /// <inheritdoc/>
    [IgnoreMember]
    public string RunId => Specification.RunId;
}
