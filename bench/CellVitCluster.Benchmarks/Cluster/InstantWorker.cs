using Akka.Actor;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>
/// Speaks a worker's protocol without doing its work: every granted tile is reported at once, so that dispatcher, runs and journal are all
/// that takes time. One tile of every run can be named that is never ended.
/// </summary>
internal sealed class InstantWorker : ReceiveActor, IWithTimers
{
    private readonly Dictionary<string, HashSet<int>> _held = new(StringComparer.Ordinal);
    private readonly string _id;
    private readonly int _slots;
    private readonly IActorRef _dispatcher;

    public InstantWorker(string id, int slots, IActorRef dispatcher, IActorRef runs, SlideMessage slide, PlanMessage plan, int? unfinished)
    {
        _id = id;
        _slots = slots;
        _dispatcher = dispatcher;
        string digest = new('d', 64);
        Receive<WorkGrant>(grant =>
        {
            HashSet<int> held = Held(grant.RunId);
            foreach (int tile in grant.Tiles)
            {
                held.Add(tile);
                if (tile == unfinished)
                {
                    continue;
                }

                runs.Tell(grant.Grid is null
                    ? new SurveyCompleted(grant.RunId, slide, plan)
                    : new TileAnalyzed(grant.RunId, id, new TileOutcome(tile, digest, 300, "paced/bench", StageSeconds.Zero, null)));
            }
        });
        Receive<WorkAcknowledged>(done =>
        {
            Held(done.RunId).Remove(done.Tile);
            if (_held.Values.Sum(tiles => tiles.Count) <= _slots / 2)
            {
                Ask();
            }
        });
        Receive<RevokeWork>(revoked => _held.Remove(revoked.RunId));
        Receive<Tick>(_ => Ask());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TimeSpan.Zero, TimeSpan.FromSeconds(1));

    private HashSet<int> Held(string runId)
    {
        if (!_held.TryGetValue(runId, out HashSet<int>? tiles))
        {
            _held[runId] = tiles = [];
        }

        return tiles;
    }

    private void Ask() => _dispatcher.Tell(new RequestWork(
        _id,
        Math.Max(0, _slots - _held.Values.Sum(tiles => tiles.Count)),
        [.. _held.Where(h => h.Value.Count > 0).Select(h => new HeldWork(h.Key, [.. h.Value]))])
    {
        Profile = "paced/bench",
    });

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}
