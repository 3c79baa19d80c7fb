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
    /// <inheritdoc/>
    [IgnoreMember]
    public string RunId => Specification.RunId;
}

/// <summary>Run to dispatcher: nothing left to do.</summary>
[MessagePackObject]
public sealed record WithdrawOffer([property: Key(0)] string RunId) : IWithRunId;

/// <summary>Worker to dispatcher, about once a second and whenever a slot becomes free: how much more it can take and what it holds.</summary>
/// <param name="WorkerId">Unique per worker process and device.</param>
/// <param name="Credit">Tiles it can take now.</param>
/// <param name="Held">What it is working on or waiting to have acknowledged; renews the leases.</param>
[MessagePackObject]
public sealed record RequestWork(
    [property: Key(0)] string WorkerId,
    [property: Key(1)] int Credit,
    [property: Key(2)] IReadOnlyList<HeldWork> Held) : IClusterMessage;

/// <summary>Tiles of one run that a worker holds.</summary>
[MessagePackObject]
public sealed record HeldWork([property: Key(0)] string RunId, [property: Key(1)] IReadOnlyList<int> Tiles);

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

    /// <inheritdoc/>
    [IgnoreMember]
    public string RunId => Specification.RunId;
}
