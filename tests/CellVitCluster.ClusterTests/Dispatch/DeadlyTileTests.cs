using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.ClusterTests.Dispatch;

/// <summary>Which tiles are given up when workers die: a simulation of table, runs' memory and workers, half a second per step.</summary>
public class DeadlyTileTests
{
    private const int Tiles = 60;

    private static readonly string Good = new('a', 32);
    private static readonly string Bad = new('b', 32);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Tile_that_takes_every_worker_down_is_given_up_and_no_other(int workers)
    {
        var cluster = new Simulation(workers, [Bad], deadly: (_, tile) => tile == 33);

        cluster.RunToEnd();

        cluster.GivenUp.ShouldBe([(Bad, 33)]);
        cluster.Deaths.ShouldBeInRange(3, 5);
    }

    [Fact]
    public void Workers_that_die_of_other_things_cost_no_tile()
    {
        int deaths = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var cluster = new Simulation(3, [Good, Bad], deadly: (_, _) => false, new Random(seed), stepsBetweenDeaths: 10);
            cluster.RunToEnd();
            cluster.GivenUp.ShouldBeEmpty($"seed {seed}");
            deaths += cluster.Deaths;
        }

        deaths.ShouldBeGreaterThan(200);
    }

    [Fact]
    public void Slide_that_takes_workers_down_everywhere_is_given_up_and_the_other_one_is_finished()
    {
        var cluster = new Simulation(4, [Good, Bad], deadly: (run, _) => run == Bad);

        cluster.RunToEnd();

        cluster.DeadlySlides.ShouldBe([Bad]);
        cluster.GivenUp.ShouldAllBe(lost => lost.Run == Bad);
        cluster.Deaths.ShouldBeLessThan(60);
    }

    private sealed class SimulatedWorker(string id)
    {
        public string Id { get; } = id;

        public bool Lives { get; set; } = true;

        public int DiedAt { get; set; }

        public bool Lost { get; set; }

        public List<(string Run, int Tile)> Waiting { get; } = [];

        public List<(string Run, int Tile)> Begun { get; } = [];

        public int Age { get; set; }
    }

    /// <summary>
    /// A worker has two tiles begun and four waiting, and is done with what it has begun after two steps. A dead one loses its
    /// connection after seven steps, is replaced after ten, and removed after twenty.
    /// </summary>
    private sealed class Simulation(int count, IReadOnlyList<string> runs, Func<string, int, bool> deadly, Random? random = null, int stepsBetweenDeaths = 0)
    {
        private const int RestartSteps = 10;

        private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        private readonly DispatchTable _table = new(new DispatchOptions { TilesPerGrant = 4 });
        private readonly Dictionary<string, TileTroubles> _troubles = runs.ToDictionary(run => run, _ => new TileTroubles(new SlideRunOptions()));
        private readonly Dictionary<string, SortedSet<int>> _pending = runs.ToDictionary(run => run, _ => new SortedSet<int>(Enumerable.Range(0, Tiles)));
        private readonly List<SimulatedWorker> _workers = [];
        private int _started;
        private int _steps;

        public int Deaths { get; private set; }

        public List<(string Run, int Tile)> GivenUp { get; } = [];

        public List<string> DeadlySlides { get; } = [];

        private DateTimeOffset Now => Start.AddSeconds(_steps * 0.5);

        public void RunToEnd()
        {
            while (_pending.Values.Any(tiles => tiles.Count > 0))
            {
                Step();
                _steps.ShouldBeLessThan(5_000, "it does not end");
            }
        }

        private void Step()
        {
            _steps++;
            while (_workers.Count(worker => worker.Lives || _steps - worker.DiedAt < RestartSteps) < count)
            {
                _workers.Add(new SimulatedWorker($"w{_started++}"));
            }

            foreach (string run in runs.Where(run => _pending[run].Count > 0))
            {
                Offer(run);
            }

            foreach (SimulatedWorker worker in _workers.ToArray())
            {
                Live(worker);
            }

            if (random is not null && random.Next(stepsBetweenDeaths) == 0)
            {
                KillAnyOf([.. _workers.Where(worker => worker.Lives)], random);
            }
        }

        private void KillAnyOf(SimulatedWorker[] living, Random random)
        {
            if (living.Length > 0)
            {
                Kill(living[random.Next(living.Length)]);
            }
        }

        private void Kill(SimulatedWorker worker)
        {
            worker.Lives = false;
            worker.DiedAt = _steps;
            Deaths++;
        }

        private void Offer(string run)
        {
            byte[] pending = new byte[(Tiles + 7) / 8];
            foreach (int tile in _pending[run])
            {
                pending[tile >> 3] |= (byte)(1 << (tile & 7));
            }

            _table.Accept(new OfferWork(Specimens.Specification(run), Specimens.Grid(10, 6), pending) { Suspects = _troubles[run].Suspects() }, Now);
        }

        private void Live(SimulatedWorker worker)
        {
            if (!worker.Lives)
            {
                Mourn(worker);
                return;
            }

            worker.Age++;
            if (worker.Begun.Exists(work => deadly(work.Run, work.Tile)))
            {
                Kill(worker);
                return;
            }

            if (worker.Age >= 2)
            {
                foreach ((string run, int tile) in worker.Begun)
                {
                    _pending[run].Remove(tile);
                    _troubles[run].Clear(tile);
                }

                worker.Begun.Clear();
            }

            Begin(worker);
            foreach (WorkGrant grant in _table.Request(Said(worker), Now))
            {
                worker.Waiting.AddRange(grant.Tiles.Select(tile => (grant.RunId, tile)));
            }

            Begin(worker);
            _table.Request(Said(worker) with { Credit = 0 }, Now).ShouldBeEmpty();
        }

        private static void Begin(SimulatedWorker worker)
        {
            if (worker.Begun.Count == 0)
            {
                worker.Age = 0;
                worker.Begun.AddRange(worker.Waiting.Take(2));
                worker.Waiting.RemoveRange(0, worker.Begun.Count);
            }
        }

        private static RequestWork Said(SimulatedWorker worker) => new(
            worker.Id,
            6 - worker.Begun.Count - worker.Waiting.Count,
            [
                .. worker.Begun.Concat(worker.Waiting).GroupBy(work => work.Run).Select(run => new HeldWork(run.Key, [.. run.Select(work => work.Tile)])
                {
                    Begun = [.. worker.Begun.Where(work => work.Run == run.Key).Select(work => work.Tile)],
                }),
            ]);

        private void Mourn(SimulatedWorker worker)
        {
            if (_steps - worker.DiedAt == 7)
            {
                _table.Suspend(worker.Id, "has lost its connection", Now);
            }

            if (_steps - worker.DiedAt < 20 || worker.Lost)
            {
                return;
            }

            worker.Lost = true;
            foreach (WorkerLost lost in _table.Remove(worker.Id, inOrder: false, Now))
            {
                foreach (int tile in lost.Tiles.Where(_pending[lost.RunId].Contains))
                {
                    if (_troubles[lost.RunId].Strike(tile, lost.WorkerId, lost.Alone) is not null)
                    {
                        _pending[lost.RunId].Remove(tile);
                        GivenUp.Add((lost.RunId, tile));
                    }
                }

                if (_troubles[lost.RunId].IsSlideDeadly && _pending[lost.RunId].Count > 0)
                {
                    _pending[lost.RunId].Clear();
                    _table.Withdraw(new WithdrawOffer(lost.RunId) { Revoke = true }, Now);
                    DeadlySlides.Add(lost.RunId);
                }
            }
        }
    }
}
