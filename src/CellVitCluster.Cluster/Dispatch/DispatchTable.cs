using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Dispatch;

/// <summary>
/// Who works on what: the soft state of the dispatcher, rebuilt from the runs' offers and the workers' held lists. Higher priority classes go
/// first; inside a class the submitter who has least right now, inside a submitter the run offered first on the node of whose runs the worker
/// has least. Granting a tile twice is wasteful but harmless. Not thread-safe; time is passed in, so that its decisions can be tested. A request costs what the worker holds plus one look at
/// each offer.
/// </summary>
/// <param name="options">How work is handed out.</param>
/// <param name="fence">Number of this dispatcher; see <see cref="WorkGrant.Fence"/>.</param>
/// <param name="opens">Nothing is granted before; the default is to grant at once.</param>
public sealed partial class DispatchTable(DispatchOptions options, long fence = 0, DateTimeOffset opens = default)
{
    private readonly Dictionary<string, DispatchOffer> _offers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DispatchWorker> _workers = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Priority, string Submitter), SubmitterShare> _shares = [];
    private readonly Dictionary<(string Model, string Profile), DateTimeOffset> _heard = [];
    private readonly Dictionary<string, (RevokeWork Revocation, DateTimeOffset At)> _revoked = new(StringComparer.Ordinal);
    private readonly List<DispatchOffer> _ordered = [];
    private readonly List<DispatchNotice> _notices = [];
    private readonly List<(string WorkerId, string RunId, int Tile)> _unneeded = [];
    private long _nextOrder;
    private long _search;
    private long _turn;
    private bool _changed;

    /// <summary>Runs with open offers, in the order they were first offered.</summary>
    public IEnumerable<string> Runs => _offers.Values.OrderBy(o => o.Order).Select(o => o.Specification.RunId);

    /// <summary>Number of this dispatcher; grows when a worker has seen a higher one, for the one it asks is the one in office.</summary>
    public long Fence { get; private set; } = fence;

    /// <summary>Tiles and surveys that are offered and not settled.</summary>
    public int PendingTiles => _offers.Values.Sum(o => o.PendingCount);

    /// <summary>Number of workers that are reachable and not silent.</summary>
    public int LivingWorkers => _workers.Values.Count(w => w.Alive);

    /// <summary>Grants from now on, because nobody can have work from a predecessor.</summary>
    public void Open()
    {
        _changed = true;
        opens = DateTimeOffset.MinValue;
    }

    /// <summary>Whether the time for listening is over.</summary>
    public bool IsOpen(DateTimeOffset now) => now >= opens;

    /// <summary>Takes a run's word on what is pending.</summary>
    /// <param name="offer">The word.</param>
    /// <param name="now">Now.</param>
    /// <param name="home">Node that keeps the run's books.</param>
    public void Accept(OfferWork offer, DateTimeOffset now, string home = "")
    {
        ArgumentNullException.ThrowIfNull(offer);
        _revoked.Remove(offer.RunId);
        bool isNew = !_offers.TryGetValue(offer.RunId, out DispatchOffer? known);
        if (known is not null && (known.Grid is null) != (offer.Grid is null))
        {
            known.ReleaseAll();
            _ordered.Remove(known);
            known = new DispatchOffer(known.Order, known.FirstSeen);
            isNew = true;
        }

        known ??= new DispatchOffer(_nextOrder++, now);
        _offers[offer.RunId] = known;
        int priority = known.Priority;
        Drop(offer.RunId, known.Update(offer, ShareOf(offer), now, options));
        known.Home = home;
        if (isNew || priority != known.Priority)
        {
            _ordered.Remove(known);
            int index = _ordered.FindIndex(o => o.Priority < known.Priority || (o.Priority == known.Priority && o.Order > known.Order));
            _ordered.Insert(index < 0 ? _ordered.Count : index, known);
        }

        if (isNew)
        {
            // Workers may have spoken, or been lost, before the run did.
            foreach (DispatchWorker worker in _workers.Values)
            {
                if (worker.BegunWhenLost.TryGetValue(offer.RunId, out IReadOnlyList<int>? begun))
                {
                    known.Suspect(begun, worker.Id, worker.HadBegunOneTile ? worker.Seen + options.RemovalGrace : null);
                }
                else if (worker.Alive && worker.Runs.TryGetValue(offer.RunId, out WorkerTiles? tiles))
                {
                    var unneeded = new List<(DispatchWorker, int)>();
                    known.Renew(worker, tiles, now, unneeded);
                    Drop(offer.RunId, unneeded);
                }
            }
        }

        _changed |= known.FreeCount > 0 || known.HasSuspects;
    }

    /// <summary>Forgets a run.</summary>
    /// <param name="withdrawal">The run, and what is to become of its work.</param>
    /// <param name="now">Now.</param>
    /// <returns>Which workers must drop what of it; they are told again when they name the run later, until it is offered anew.</returns>
    public IReadOnlyList<(string WorkerId, RevokeWork Revocation)> Withdraw(WithdrawOffer withdrawal, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(withdrawal);
        string runId = withdrawal.RunId;
        _revoked.Remove(runId);
        (string, RevokeWork)[] told = [];
        if (withdrawal.Revoke || withdrawal.Published)
        {
            // A published run tells workers itself that a late result is unwanted, so that its file goes too.
            var revocation = new RevokeWork(runId) { KeepBegun = withdrawal.Published };
            _revoked[runId] = (revocation, now);
            told = [.. _workers.Values.Where(w => w.Runs.TryGetValue(runId, out WorkerTiles? t) && t.Held.Count + t.Leased.Count > 0).Select(w => (w.Id, revocation))];
        }

        if (_offers.Remove(runId, out DispatchOffer? offer))
        {
            offer.ReleaseAll();
            _ordered.Remove(offer);
            _changed = true;
        }

        return told;
    }

    /// <summary>Renews what a worker holds and grants what it can take: tiles of one run, neighbors row by row.</summary>
    /// <param name="request">The worker's word.</param>
    /// <param name="now">Now.</param>
    /// <param name="node">Process the worker lives in, or null for one of its own.</param>
    /// <returns>Grants of at most <see cref="DispatchOptions.TilesPerGrant"/> tiles each; empty when nothing is pending.</returns>
    public IReadOnlyList<WorkGrant> Request(RequestWork request, DateTimeOffset now, string? node = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        DispatchWorker worker = Register(request, node, now);
        int underWay = Renew(worker, request, now);
        worker.Credit = Math.Max(0, request.Credit - underWay);
        return Serve(worker, now);
    }

    /// <summary>What a worker must drop of the runs that it names though their work was revoked; it has not heard so.</summary>
    public IReadOnlyList<RevokeWork> RevokedOf(RequestWork request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _revoked.Count == 0 ? [] : [.. request.Held.Where(h => _revoked.ContainsKey(h.RunId)).Select(h => _revoked[h.RunId].Revocation)];
    }

    /// <summary>What workers must drop since the last call, because others have settled it.</summary>
    public IReadOnlyList<(string WorkerId, RevokeWork Revocation)> TakeRevocations()
    {
        (string, RevokeWork)[] revocations =
        [
            .. _unneeded.GroupBy(u => (u.WorkerId, u.RunId)).Select(g => (g.Key.WorkerId, new RevokeWork(g.Key.RunId) { Tiles = [.. g.Select(u => u.Tile).Distinct()] })),
        ];
        _unneeded.Clear();
        return revocations;
    }

    /// <summary>Serves workers that asked for more than there was, if something has changed since.</summary>
    public IReadOnlyList<(string WorkerId, WorkGrant Grant)> Feed(DateTimeOffset now)
    {
        if (!_changed || !IsOpen(now))
        {
            return [];
        }

        _changed = false;
        var grants = new List<(string, WorkGrant)>();
        foreach (DispatchWorker worker in _workers.Values.Where(w => w.Credit > 0))
        {
            grants.AddRange(Serve(worker, now).Select(grant => (worker.Id, grant)));
        }

        return grants;
    }

    /// <summary>Drops offers of silent runs, releases the leases of silent workers, and forgets what is long gone.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (DispatchWorker worker in _workers.Values.ToArray())
        {
            if (worker.Alive && now - worker.Seen > options.WorkerSilence)
            {
                Suspend(worker.Id, "is silent", now);
            }
            else if (worker.Alive && now - worker.DisconnectedAt >= options.ConnectionGrace)
            {
                Suspend(worker.Id, "has lost its connection", now);
            }
            else if (!worker.Alive && now - worker.Seen > options.Memory)
            {
                _workers.Remove(worker.Id);
            }
        }

        foreach (string runId in _offers.Where(o => now - o.Value.Seen > options.OfferSilence).Select(o => o.Key).ToArray())
        {
            Withdraw(new WithdrawOffer(runId), now);
        }

        foreach (string runId in _revoked.Where(r => now - r.Value.At > options.Memory).Select(r => r.Key).ToArray())
        {
            _revoked.Remove(runId);
        }

        foreach ((int Priority, string Submitter) key in _shares.Where(s => s.Value.Leased == 0).Select(s => s.Key).ToArray())
        {
            if (!_ordered.Exists(o => o.Share == _shares[key]))
            {
                _shares.Remove(key);
            }
        }

        // Graces that are over show when the workers are looked at again.
        _changed = true;
    }

    /// <summary>Runs whose model no living worker has had for a while; to be told about once a second.</summary>
    public IReadOnlyList<OfferUnservable> Unservable(DateTimeOffset now)
    {
        var told = new List<OfferUnservable>();
        bool anybody = _workers.Values.Any(w => w.Alive);
        foreach (DispatchOffer offer in _ordered)
        {
            if (_workers.Values.Any(w => w.Serves && HasModel(w, offer)))
            {
                offer.UnservableSince = null;
                continue;
            }

            offer.UnservableSince ??= now;
            if (now - offer.UnservableSince >= options.ModelGrace)
            {
                told.Add(new OfferUnservable(offer.Specification.RunId, Unservable(offer.Specification, anybody)));
            }
        }

        return told;
    }

    /// <summary>What happened since the last call, oldest first.</summary>
    public IReadOnlyList<DispatchNotice> TakeNotices()
    {
        DispatchNotice[] notices = [.. _notices];
        _notices.Clear();
        return notices;
    }

    /// <summary>A page of the workers that are known, by id.</summary>
    /// <param name="query">Where the page begins.</param>
    /// <param name="now">Now.</param>
    /// <param name="addressOf">Where a worker lives.</param>
    public Workers Describe(GetWorkers query, DateTimeOffset now, Func<string, string> addressOf)
    {
        DispatchWorker[] page =
        [
            .. _workers.Values.Where(w => query.After is null || string.CompareOrdinal(w.Id, query.After) > 0)
                .OrderBy(w => w.Id, StringComparer.Ordinal)
                .Take(GetWorkers.PageSize + 1),
        ];
        return new Workers(
        [
            .. page.Take(GetWorkers.PageSize).Select(w => new WorkerStatus(
                w.Id,
                addressOf(w.Id),
                w.Profile ?? string.Empty,
                w.ModelDigest ?? string.Empty,
                (now - w.Seen).TotalSeconds,
                w.Runs.Values.Sum(tiles => tiles.Held.Union(tiles.Leased).Count()),
                [.. w.Runs.Where(r => r.Value.Held.Count + r.Value.Leased.Count > 0).Select(r => r.Key).Order(StringComparer.Ordinal)],
                w.Draining)),
        ])
        {
            HasMore = page.Length > GetWorkers.PageSize,
        };
    }

    private static FailureMessage Unservable(RunSpecification run, bool anybody) => anybody
        ? new FailureMessage(
            ErrorCode.NoWorker.Value,
            $"Slide '{run.Name}' waits for a worker.",
            $"No connected worker has loaded the weights of the run ({run.ModelDigest[..12]}…) in its number format ({run.Precision ?? "any"}).",
            "Start a worker with that model and --precision; the run goes on by itself.")
        : new FailureMessage(
            ErrorCode.NoWorker.Value,
            $"Slide '{run.Name}' waits for a worker.",
            "No worker is connected.",
            "Start a worker; the run goes on by itself.");

    private void Drop(string runId, IReadOnlyList<(DispatchWorker Worker, int Tile)> unneeded) =>
        _unneeded.AddRange(unneeded.Select(u => (u.Worker.Id, runId, u.Tile)));

    private SubmitterShare ShareOf(OfferWork offer)
    {
        (int, string) key = (offer.Priority, offer.Submitter ?? string.Empty);
        if (!_shares.TryGetValue(key, out SubmitterShare? share))
        {
            _shares[key] = share = new SubmitterShare();
        }

        return share;
    }
}
