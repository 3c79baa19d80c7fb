using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Operations;

/// <summary>Any actor to the operations actor: something happened that an operator wants to read about later. Fire and forget.</summary>
/// <param name="At">When, in ms since 1970-01-01 UTC.</param>
/// <param name="Kind">What kind of thing, a stable name such as <c>tiles-reclaimed</c>; see <see cref="IncidentKind"/>.</param>
/// <param name="Text">One sentence for people: who, what, why.</param>
/// <param name="RunId">The run it is about, or null.</param>
/// <param name="WorkerId">The worker it is about, or null.</param>
[MessagePackObject]
public sealed record Incident(
    [property: Key(0)] long At,
    [property: Key(1)] string Kind,
    [property: Key(2)] string Text,
    [property: Key(3)] string? RunId,
    [property: Key(4)] string? WorkerId) : IClusterMessage;

/// <summary>Query: the latest incidents. Reply: <see cref="Incidents"/>.</summary>
/// <param name="After">Only those with a higher number.</param>
/// <param name="Take">At most <see cref="MaxIncidents"/>, the newest.</param>
/// <param name="RunId">Only those about this run; null for all.</param>
[MessagePackObject]
public sealed record GetIncidents([property: Key(0)] long After, [property: Key(1)] int Take, [property: Key(2)] string? RunId) : IClusterMessage
{
    /// <summary>Keeps the reply below 64 KiB.</summary>
    public const int MaxIncidents = 100;
}

/// <summary>Reply to <see cref="GetIncidents"/>, oldest first.</summary>
[MessagePackObject]
public sealed record Incidents([property: Key(0)] IReadOnlyList<NumberedIncident> Items) : IClusterMessage;

/// <summary>An incident with its place in the order.</summary>
[MessagePackObject]
public sealed record NumberedIncident([property: Key(0)] long Number, [property: Key(1)] Incident Incident);
