using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Dispatch;

/// <summary>
/// Who works on what: the soft state of the dispatcher, rebuilt from the runs' offers and the workers' held lists. Not thread-safe; time is
/// passed in, so that its decisions can be tested. Granting a tile twice is wasteful but harmless.
/// </summary>
public sealed class DispatchTable(DispatchOptions options)
{
    private readonly Dictionary<string, Offer> _offers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _workersSeen = new(StringComparer.Ordinal);

    /// <summary>Runs with open offers, in the order they were first offered.</summary>
    public IEnumerable<string> Runs => _offers.OrderBy(o => o.Value.Order).Select(o => o.Key);

    /// <summary>Takes a run's word on what is pending.</summary>
    public void Accept(OfferWork offer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(offer);
        if (!_offers.TryGetValue(offer.RunId, out Offer? known) || (known.Grid is null) != (offer.Grid is null))
        {
            known = new Offer(known?.Order ?? (_offers.Count == 0 ? 0 : _offers.Values.Max(o => o.Order) + 1));
            _offers[offer.RunId] = known;
        }

        known.Update(offer, now, options);
    }

    /// <summary>Forgets a run.</summary>
    public void Withdraw(string runId) => _offers.Remove(runId);

    /// <summary>Renews what a worker holds and grants what it can take: tiles of one run, neighbors row by row.</summary>
    /// <returns>Grants of at most <see cref="DispatchOptions.TilesPerGrant"/> tiles each; empty when nothing is pending.</returns>
    public IReadOnlyList<WorkGrant> Request(RequestWork request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        _workersSeen[request.WorkerId] = now;
        Dictionary<string, HashSet<int>> held = request.Held.ToDictionary(h => h.RunId, h => h.Tiles.ToHashSet(), StringComparer.Ordinal);
        foreach ((string runId, Offer offer) in _offers)
        {
            offer.Renew(request.WorkerId, held.GetValueOrDefault(runId) ?? [], now);
        }

        var grants = new List<WorkGrant>();
        int credit = request.Credit;
        foreach (Offer offer in _offers.Values.OrderBy(o => o.Order))
        {
            while (credit > 0)
            {
                int[] tiles = offer.Take(request.WorkerId, Math.Min(credit, options.TilesPerGrant));
                if (tiles.Length == 0)
                {
                    break;
                }

                credit -= tiles.Length;
                grants.Add(new WorkGrant(offer.Specification, offer.Grid, tiles));
            }
        }

        return grants;
    }

    /// <summary>A worker is gone (or unreachable): what it held may be granted again at once.</summary>
    public void Lose(string workerId)
    {
        _workersSeen.Remove(workerId);
        foreach (Offer offer in _offers.Values)
        {
            offer.Release(workerId);
        }
    }

    /// <summary>Drops offers of silent runs and releases the leases of silent workers.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (string workerId in _workersSeen.Where(w => now - w.Value > options.WorkerSilence).Select(w => w.Key).ToArray())
        {
            Lose(workerId);
        }

        foreach (string runId in _offers.Where(o => now - o.Value.Seen > options.OfferSilence).Select(o => o.Key).ToArray())
        {
            Withdraw(runId);
        }
    }

    private sealed class Offer(long order)
    {
        private readonly Dictionary<int, Lease> _leases = [];
        private byte[] _pending = [];
        private int _next;

        public long Order { get; } = order;

        public RunSpecification Specification { get; private set; } = null!;

        public GridMessage? Grid { get; private set; }

        public DateTimeOffset Seen { get; private set; }

        public void Update(OfferWork offer, DateTimeOffset now, DispatchOptions options)
        {
            Specification = offer.Specification;
            Grid = offer.Grid;
            Seen = now;
            _pending = offer.Grid is null ? [] : offer.Pending;
            _next = 0;
            foreach ((int tile, Lease lease) in _leases.ToArray())
            {
                // A worker that no longer holds a tile has either finished it, and a later offer says so, or never got the grant.
                bool settled = tile != WorkGrant.Survey && !IsPending(tile);
                bool dropped = lease.Dropped is DateTimeOffset since && now - since > options.DroppedGrace;
                if (settled || dropped)
                {
                    _leases.Remove(tile);
                }
            }
        }

        public void Renew(string workerId, HashSet<int> held, DateTimeOffset now)
        {
            foreach (int tile in held)
            {
                if (!_leases.TryGetValue(tile, out Lease? lease) || lease.WorkerId == workerId)
                {
                    _leases[tile] = new Lease(workerId, Dropped: null);
                }
            }

            foreach ((int tile, Lease lease) in _leases.ToArray())
            {
                if (lease.WorkerId == workerId && lease.Dropped is null && !held.Contains(tile))
                {
                    _leases[tile] = lease with { Dropped = now };
                }
            }
        }

        public void Release(string workerId)
        {
            foreach (int tile in _leases.Where(l => l.Value.WorkerId == workerId).Select(l => l.Key).ToArray())
            {
                _leases.Remove(tile);
            }

            _next = 0;
        }

        public int[] Take(string workerId, int count)
        {
            if (Grid is null)
            {
                return _leases.TryAdd(WorkGrant.Survey, new Lease(workerId, Dropped: null)) ? [WorkGrant.Survey] : [];
            }

            var tiles = new List<int>(count);
            for (; _next < _pending.Length * 8 && tiles.Count < count; _next++)
            {
                if (IsPending(_next) && _leases.TryAdd(_next, new Lease(workerId, Dropped: null)))
                {
                    tiles.Add(_next);
                }
            }

            return [.. tiles];
        }

        private bool IsPending(int tile) => tile >> 3 < _pending.Length && (_pending[tile >> 3] & (1 << (tile & 7))) != 0;
    }

    private sealed record Lease(string WorkerId, DateTimeOffset? Dropped);
}
