using CellVitCluster.Cluster.Dispatch;

namespace CellVitCluster.ClusterTests.Dispatch;

/// <summary>Random histories of a cluster against the table: late offers, lost grants, workers that vanish and come back, new dispatchers.</summary>
public class DispatchSimulationTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_tile_is_done_and_none_is_computed_after_its_acknowledgement_or_by_two_living_workers(int seed)
    {
        var world = new World(seed);
        for (int step = 0; step < 4_000 && !world.IsDone; step++)
        {
            world.Step();
        }

        world.IsDone.ShouldBeTrue("no pending tile is forgotten");
    }

    private sealed class World
    {
        private const double StepSeconds = 0.1;

        private readonly Random _random;
        private readonly List<SimulatedRun> _runs;
        private readonly List<SimulatedWorker> _workers;
        private readonly List<(DateTimeOffset At, OfferWork Offer)> _underWay = [];
        private readonly Dictionary<(string, int), SimulatedWorker> _owners = [];
        private DispatchTable _table = new(new DispatchOptions { TilesPerGrant = 4 }, fence: 1);
        private HashSet<(string, int)> _everHeld = [];
        private DateTimeOffset _now = Start;
        private readonly HashSet<(string, int)> _settledUnheard = [];
        private long _fence = 1;
        private int _steps;

        public World(int seed)
        {
            _random = new Random(seed);
            _runs = [.. Enumerable.Range(0, 5).Select(i => new SimulatedRun(i, _random.Next(1, 60), _random.Next(3), "s" + _random.Next(2)))];
            _workers = [.. Enumerable.Range(0, 4).Select(i => new SimulatedWorker($"w{i}"))];
        }

        public bool IsDone => _runs.TrueForAll(r => r.Settled.Count == r.Tiles);

        public void Step()
        {
            _now = _now.AddSeconds(StepSeconds);
            _steps++;
            Offer();
            foreach (SimulatedWorker worker in _workers)
            {
                Work(worker);
            }

            if (_random.Next(400) == 0)
            {
                ReplaceDispatcher();
            }

            foreach ((DateTimeOffset at, OfferWork offer) in _underWay.Where(o => o.At <= _now).ToArray())
            {
                _underWay.Remove((at, offer));
                _table.Accept(offer, _now);
                _runs.Single(r => r.Id == offer.RunId).Known = offer.Pending;
            }

            foreach (SimulatedWorker worker in _workers.Where(w => w.Reachable && !w.Suspended))
            {
                if (_random.Next(5) == 0)
                {
                    Ask(worker);
                }
            }

            _table.Expire(_now);
            foreach ((string workerId, WorkGrant grant) in _table.Feed(_now))
            {
                Deliver(_workers.Single(w => w.Id == workerId), grant);
            }
        }

        /// <summary>Once a second; up to 1.5 s late, in order for each run.</summary>
        private void Offer()
        {
            foreach (SimulatedRun run in _runs.Where((_, i) => (_steps + (2 * i)) % 10 == 0))
            {
                DateTimeOffset at = _now.AddSeconds(_random.NextDouble() * 1.5);
                at = at < run.LastOffer ? run.LastOffer : at;
                run.LastOffer = at;
                _underWay.Add((at, run.Offer()));
            }
        }

        private void Work(SimulatedWorker worker)
        {
            if (_random.Next(300) == 0 && worker.Reachable)
            {
                worker.Reachable = false;
                worker.Gone = _now;
            }
            else if (!worker.Reachable && !worker.Suspended && _now - worker.Gone > TimeSpan.FromSeconds(4.5))
            {
                worker.Suspended = true;
                _table.Suspend(worker.Id, "is unreachable", _now);
                foreach ((string, int) key in _owners.Where(o => o.Value == worker).Select(o => o.Key).ToArray())
                {
                    _owners.Remove(key);
                }
            }
            else if (worker.Suspended && _random.Next(30) == 0)
            {
                worker.Reachable = true;
                worker.Suspended = false;
            }

            if (worker.Held.Count > 0 && _random.Next(2) == 0)
            {
                (string runId, int tile) = worker.Held[0];
                worker.Held.RemoveAt(0);
                if (_random.Next(20) > 0)
                {
                    // Report and acknowledgement reach their ends also when the dispatcher is cut off.
                    _runs.Single(r => r.Id == runId).Settled.Add(tile);
                    worker.Settled[(runId, tile)] = _now;
                    if (!worker.Reachable)
                    {
                        // Its result file is what keeps the tile from being computed again.
                        _settledUnheard.Add((runId, tile));
                    }
                }
            }
        }

        private void Ask(SimulatedWorker worker)
        {
            foreach ((string, int) key in worker.Settled.Where(s => _now - s.Value > TimeSpan.FromSeconds(10)).Select(s => s.Key).ToArray())
            {
                worker.Settled.Remove(key);
            }

            foreach ((string, int) key in worker.Held)
            {
                _owners.TryAdd(key, worker);
                _everHeld.Add(key);
            }

            var request = new RequestWork(worker.Id, Math.Max(0, 8 - worker.Held.Count), Group(worker.Held))
            {
                Settled = Group(worker.Settled.Keys),
                Fence = _fence,
            };
            IReadOnlyList<WorkGrant> grants = _table.Request(request, _now);
            foreach (WorkGrant grant in grants)
            {
                Deliver(worker, grant);
            }

            if (grants.Count > 0)
            {
                // What was never granted is certainly free: nothing of a lower class may have gone before it.
                int lowest = grants.Min(g => g.Priority);
                foreach (SimulatedRun run in _runs.Where(r => r.Priority > lowest && r.Known is not null))
                {
                    Enumerable.Range(0, run.Tiles).Where(t => IsCertainlyFree(run, t)).ShouldBeEmpty("no inversion");
                }
            }
        }

        private bool IsCertainlyFree(SimulatedRun run, int tile) =>
            (run.Known![tile >> 3] & (1 << (tile & 7))) != 0
            && !run.Settled.Contains(tile)
            && !_everHeld.Contains((run.Id, tile))
            && !_workers.Exists(w => w.Held.Contains((run.Id, tile)));

        private void Deliver(SimulatedWorker worker, WorkGrant grant)
        {
            SimulatedRun run = _runs.Single(r => r.Id == grant.RunId);
            foreach (int tile in grant.Tiles)
            {
                (string, int) key = (grant.RunId, tile);
                (run.Settled.Contains(tile) && !_settledUnheard.Contains(key)).ShouldBeFalse("acknowledged tiles are not computed again");
                _everHeld.Add(key);
                if (_owners.TryGetValue(key, out SimulatedWorker? owner) && owner != worker)
                {
                    owner.Held.ShouldNotContain(key, "no two living workers have a tile");
                }

                _owners[key] = worker;
                if (_random.Next(30) > 0 && !worker.Held.Contains(key))
                {
                    worker.Held.Add(key);
                }
            }
        }

        private void ReplaceDispatcher()
        {
            _table = new DispatchTable(new DispatchOptions { TilesPerGrant = 4 }, ++_fence, _now.AddSeconds(3));
            _everHeld = [];
            foreach (SimulatedRun run in _runs)
            {
                run.Known = null;
            }

            foreach ((string, int) key in _owners.Where(o => !o.Value.Reachable).Select(o => o.Key).ToArray())
            {
                _owners.Remove(key);
            }

            // Who can reach it has told what it holds before it grants.
            foreach (SimulatedWorker worker in _workers.Where(w => w.Reachable))
            {
                Ask(worker);
            }
        }

        private static HeldWork[] Group(IEnumerable<(string RunId, int Tile)> tiles) =>
            [.. tiles.GroupBy(t => t.RunId, StringComparer.Ordinal).Select(g => new HeldWork(g.Key, [.. g.Select(t => t.Tile)]))];
    }

    private sealed class SimulatedRun(int number, int tiles, int priority, string submitter)
    {
        public string Id { get; } = new((char)('a' + number), 32);

        public int Tiles => tiles;

        public int Priority => priority;

        public HashSet<int> Settled { get; } = [];

        public DateTimeOffset LastOffer { get; set; }

        public byte[]? Known { get; set; }

        public OfferWork Offer()
        {
            byte[] pending = new byte[(tiles + 7) / 8];
            for (int tile = 0; tile < tiles; tile++)
            {
                pending[tile >> 3] |= (byte)(Settled.Contains(tile) ? 0 : 1 << (tile & 7));
            }

            return new OfferWork(Specimens.Specification(Id), Specimens.Grid(tiles, 1), pending) { Priority = priority, Submitter = submitter };
        }
    }

    private sealed class SimulatedWorker(string id)
    {
        public string Id => id;

        public List<(string RunId, int Tile)> Held { get; } = [];

        public Dictionary<(string RunId, int Tile), DateTimeOffset> Settled { get; } = [];

        public bool Reachable { get; set; } = true;

        public bool Suspended { get; set; }

        public DateTimeOffset Gone { get; set; }
    }
}
