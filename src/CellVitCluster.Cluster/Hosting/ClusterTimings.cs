namespace CellVitCluster.Cluster.Hosting;

/// <summary>
/// How quickly a cluster notices and repairs. Must be the same on every node. With the defaults the offices of a lost coordinator are
/// taken up again after about 19 s; see <c>docs/cluster.md</c> before touching them.
/// </summary>
public sealed record ClusterTimings
{
    /// <summary>Time between heartbeats.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence that is no reason for doubt. Five seconds: nodes that run native code on all cores answer heartbeats late.</summary>
    public TimeSpan HeartbeatPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the picture of who reaches whom must stand still before the unreachable side is removed.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long that picture may keep changing before everybody goes down, so that a flapping network makes no second cluster.</summary>
    public TimeSpan DownAllWhenUnstable { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a node may see fewer coordinators than must be there before it ends itself. A killed coordinator that is started again at once is
    /// a member again after 15 to 20 s.
    /// </summary>
    public TimeSpan QuorumGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the first seed looks for a cluster before it founds one, and how long the others wait for each answer.</summary>
    public TimeSpan SeedAnswer { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time from start to membership; then the node gives up, so that its supervisor starts it again.</summary>
    public TimeSpan Join { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time that workers get to finish what they have begun when the node is stopped in order; zero stops at once.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write may take. Twice the usual: a loaded laptop disk can be busy for seconds.</summary>
    public TimeSpan JournalCall { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Wait after too many failed writes before the database is tried again.</summary>
    public TimeSpan JournalReset { get; init; } = TimeSpan.FromSeconds(5);
}
