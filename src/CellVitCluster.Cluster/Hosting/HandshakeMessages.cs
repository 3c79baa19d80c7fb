using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>A node that wants to join to a seed: who I am. Reply: <see cref="NodeIntroduced"/>. Understood by every version there will ever be.</summary>
[MessagePackObject]
public sealed record IntroduceNode([property: Key(0)] NodeIdentity Node) : IClusterMessage;

/// <summary>Reply to <see cref="IntroduceNode"/>: who the seed is. The newcomer decides, the seed tells its log.</summary>
[MessagePackObject]
public sealed record NodeIntroduced([property: Key(0)] NodeIdentity Node) : IClusterMessage;

/// <summary>What two nodes must know of each other before they form a cluster.</summary>
/// <param name="Protocol">See <see cref="NodeVersion.Protocol"/>.</param>
/// <param name="Shards">See <see cref="RunIdExtractor.ShardCount"/>.</param>
/// <param name="Version">Version of the program, for people.</param>
/// <param name="Build">Its build, for people.</param>
[MessagePackObject]
public sealed record NodeIdentity(
    [property: Key(0)] int Protocol,
    [property: Key(1)] int Shards,
    [property: Key(2)] string Version,
    [property: Key(3)] string Build)
{
    /// <summary>Why a node cannot form a cluster with another one; null when it can. Another build of the same protocol is welcome.</summary>
    public string? ReasonAgainst(NodeIdentity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Protocol != other.Protocol
            ? FormattableString.Invariant($"its wire protocol is {other.Protocol} (version {other.Version}), here it is {Protocol} (version {Version})")
            : Shards != other.Shards
                ? FormattableString.Invariant($"it divides the runs into {other.Shards} shards (version {other.Version}), here there are {Shards} (version {Version})")
                : null;
    }
}
