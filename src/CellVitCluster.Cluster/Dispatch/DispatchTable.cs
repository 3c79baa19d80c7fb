using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Dispatch;

/// <summary>
/// Who works on what: the soft state of the dispatcher, rebuilt from the runs' offers and the workers' held lists. Higher priority classes go
/// first; inside a class the submitter who has least right now, inside a submitter the run offered first. Granting a tile twice is wasteful but
/// harmless. Not thread-safe; time is passed in, so that its decisions can be tested. A request costs what the worker holds plus one look at
/// each offer.
/// </summary>
/// <param name="options">How work is handed out.</param>
/// <param name="fence">Number of this dispatcher; see <see cref="WorkGrant.Fence"/>.</param>
/// <param name="opens">Nothing is granted before; the default is to grant at once.</param>
public sealed class DispatchTable(DispatchOptions options, long fence = 0, DateTimeOffset opens = default)
{
    private readonly Dictionary<string, DispatchOffer> _offers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DispatchWorker> _workers = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Priority, string Submitter), SubmitterShare> _shares = [];
    private readonly Dictionary<(string Model, string Profile), DateTimeOffset> _heard = [];
    private readonly Dictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal);
    private readonly List<DispatchOffer> _ordered = [];
    private readonly List<DispatchNotice> _notices = [];
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
    /// <returns>Tiles to be dropped by workers, because others have settled them meanwhile.</returns>
    public IReadOnlyList<(string WorkerId, RevokeWork Revocation)> Accept(OfferWork offer, DateTimeOffset now)
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
        IReadOnlyList<(DispatchWorker Worker, int Tile)> doubled = known.Update(offer, ShareOf(offer), now, options);
        if (isNew || priority != known.Priority)
        {
            _ordered.Remove(known);
            int index = _ordered.FindIndex(o => o.Priority < known.Priority || (o.Priority == known.Priority && o.Order > known.Order));
            _ordered.Insert(index < 0 ? _ordered.Count : index, known);
        }

        if (isNew)
        {
            // Workers may have spoken before the run did.
            foreach (DispatchWorker worker in _workers.Values.Where(w => w.Alive))
            {
                if (worker.Runs.TryGetValue(offer.RunId, out WorkerTiles? tiles))
                {
                    known.Renew(worker, tiles, now);
                }
            }
        }

        _changed |= known.FreeCount > 0 || known.HasSuspects;
        return [.. doubled.GroupBy(d => d.Worker).Select(d => (d.Key.Id, new RevokeWork(offer.RunId) { Tiles = [.. d.Select(t => t.Tile)] }))];
    }

    /// <summary>Forgets a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="revoke">Whether its work is to be dropped wherever it is.</param>
    /// <param name="now">Now.</param>
    /// <returns>Workers that must drop what they hold of the run.</returns>
    public IReadOnlyList<string> Withdraw(string runId, bool revoke, DateTimeOffset now)
    {
        string[] holders = revoke
            ? [.. _workers.Values.Where(w => w.Runs.TryGetValue(runId, out WorkerTiles? t) && t.Held.Count + t.Leased.Count > 0).Select(w => w.Id)]
            : [];
        if (revoke)
        {
            _revoked[runId] = now;
        }

        if (_offers.Remove(runId, out DispatchOffer? offer))
        {
            offer.ReleaseAll();
            _ordered.Remove(offer);
            _changed = true;
        }

        return holders;
    }

    /// <summary>Renews what a worker holds and grants what it can take: tiles of one run, neighbors row by row.</summary>
    /// <returns>Grants of at most <see cref="DispatchOptions.TilesPerGrant"/> tiles each; empty when nothing is pending.</returns>
    public IReadOnlyList<WorkGrant> Request(RequestWork request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        DispatchWorker worker = Register(request, now);
        int underWay = Renew(worker, request, now);
        worker.Credit = Math.Max(0, request.Credit - underWay);
        return Serve(worker, now);
    }

    /// <summary>Runs that a worker names though their work was revoked; it has not heard so.</summary>
    public IReadOnlyList<string> RevokedOf(RequestWork request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _revoked.Count == 0 ? [] : [.. request.Held.Select(h => h.RunId).Where(_revoked.ContainsKey)];
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

    /// <summary>A worker is unreachable or silent: what it held may be granted again at once. It stays known, in case it comes back.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="why">How it was noticed, as the end of a sentence that begins with the worker: "is unreachable".</param>
    /// <param name="now">Now.</param>
    public void Suspend(string workerId, string why, DateTimeOffset now)
    {
        if (!_workers.TryGetValue(workerId, out DispatchWorker? worker) || !worker.Alive)
        {
            return;
        }

        worker.Alive = false;
        worker.Credit = 0;
        foreach ((string runId, IReadOnlyList<int> tiles) in BegunBy(worker))
        {
            worker.BegunWhenLost[runId] = tiles;
        }

        int held = worker.Leased;
        int released = ReleaseAll(worker);
        worker.ReservedBy = null;
        ClusterMeter.LeasesExpired.Add(held);
        ClusterMeter.Tiles.Add(released, new KeyValuePair<string, object?>("state", "reclaimed"));
        string heard = FormattableString.Invariant($"last heard {(now - worker.Seen).TotalSeconds:0.0} s ago");
        _notices.Add(new DispatchNotice(IncidentKind.WorkerLost, $"Worker {workerId} {why}; {heard}.", null, workerId));
        if (held > 0)
        {
            string runs = string.Join(", ", worker.Runs.Where(r => _offers.ContainsKey(r.Key) && r.Value.Held.Count > 0).Select(r => _offers[r.Key].Specification.Name));
            _notices.Add(new DispatchNotice(
                IncidentKind.TilesReclaimed,
                FormattableString.Invariant($"{released} of {held} tiles held by worker {workerId} ({runs}) may be granted again: it {why}, {heard}."),
                null,
                workerId));
        }

        _changed = true;
    }

    /// <summary>A worker is gone for good.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="inOrder">Whether it was stopped; otherwise what it had begun may have taken it down.</param>
    /// <param name="now">Now.</param>
    /// <returns>What to tell the runs whose tiles it had begun; empty when it left in order.</returns>
    public IReadOnlyList<WorkerLost> Remove(string workerId, bool inOrder, DateTimeOffset now)
    {
        if (!_workers.TryGetValue(workerId, out DispatchWorker? worker))
        {
            return [];
        }

        if (inOrder)
        {
            ReleaseAll(worker);
            _changed = true;
        }
        else
        {
            Suspend(workerId, "is gone", now);
        }

        _workers.Remove(workerId);
        return inOrder ? [] : [.. worker.BegunWhenLost.Select(b => new WorkerLost(b.Key, workerId, b.Value))];
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
            else if (!worker.Alive && now - worker.Seen > options.Memory)
            {
                _workers.Remove(worker.Id);
            }
        }

        foreach (string runId in _offers.Where(o => now - o.Value.Seen > options.OfferSilence).Select(o => o.Key).ToArray())
        {
            Withdraw(runId, revoke: false, now);
        }

        foreach (string runId in _revoked.Where(r => now - r.Value > options.Memory).Select(r => r.Key).ToArray())
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

    /// <summary>All workers that are known, by id.</summary>
    /// <param name="now">Now.</param>
    /// <param name="addressOf">Where a worker lives.</param>
    public IReadOnlyList<WorkerStatus> Describe(DateTimeOffset now, Func<string, string> addressOf) =>
    [
        .. _workers.Values.OrderBy(w => w.Id, StringComparer.Ordinal).Select(w => new WorkerStatus(
            w.Id,
            addressOf(w.Id),
            w.Profile ?? string.Empty,
            w.ModelDigest ?? string.Empty,
            (now - w.Seen).TotalSeconds,
            w.Runs.Values.Sum(tiles => tiles.Held.Union(tiles.Leased).Count()),
            [.. w.Runs.Where(r => r.Value.Held.Count + r.Value.Leased.Count > 0).Select(r => r.Key).Order(StringComparer.Ordinal)],
            w.Draining)),
    ];

    private static bool HasModel(DispatchWorker worker, DispatchOffer offer) =>
        (worker.ModelDigest is null || string.Equals(worker.ModelDigest, offer.Specification.ModelDigest, StringComparison.Ordinal))
        && (worker.Precision is null || offer.Specification.Precision is null || string.Equals(worker.Precision, offer.Specification.Precision, StringComparison.Ordinal));

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

    private DispatchWorker Register(RequestWork request, DateTimeOffset now)
    {
        if (!_workers.TryGetValue(request.WorkerId, out DispatchWorker? worker))
        {
            _workers[request.WorkerId] = worker = new DispatchWorker(request.WorkerId);
            _notices.Add(new DispatchNotice(
                IncidentKind.WorkerJoined, $"Worker {worker.Id} asks for work (profile {request.Profile ?? "unknown"}).", null, worker.Id));
        }
        else if (!worker.Alive)
        {
            _notices.Add(new DispatchNotice(IncidentKind.WorkerJoined, $"Worker {worker.Id} is back.", null, worker.Id));
        }

        if (request.Draining && !worker.Draining)
        {
            _notices.Add(new DispatchNotice(IncidentKind.WorkerDraining, $"Worker {worker.Id} is being stopped and takes no more tiles.", null, worker.Id));
        }

        worker.Alive = true;
        worker.BegunWhenLost.Clear();
        worker.Seen = now;
        worker.Profile = request.Profile;
        worker.ModelDigest = request.ModelDigest;
        worker.Precision = request.Precision;
        worker.Draining = request.Draining;
        if (worker is { Serves: true, Profile: not null, ModelDigest: not null })
        {
            _heard[(worker.ModelDigest, worker.Profile)] = now;
        }

        if (request.Fence > Fence)
        {
            Fence = request.Fence.Value + 1;
        }

        return worker;
    }

    private int Renew(DispatchWorker worker, RequestWork request, DateTimeOffset now)
    {
        foreach (WorkerTiles tiles in worker.Runs.Values)
        {
            tiles.Held.Clear();
            tiles.Begun = [];
            tiles.Settled = [];
        }

        foreach (HeldWork held in request.Held)
        {
            WorkerTiles tiles = worker.TilesOf(held.RunId);
            tiles.Held.UnionWith(held.Tiles);
            tiles.Begun = held.Begun ?? [];
        }

        foreach (HeldWork settled in request.Settled ?? [])
        {
            worker.TilesOf(settled.RunId).Settled = settled.Tiles;
        }

        int underWay = 0;
        List<string>? done = null;
        foreach ((string runId, WorkerTiles tiles) in worker.Runs)
        {
            if (_offers.TryGetValue(runId, out DispatchOffer? offer))
            {
                int leased = worker.Leased;
                underWay += offer.Renew(worker, tiles, now);
                _changed |= worker.Leased < leased;
            }

            if (tiles.IsEmpty && offer is null)
            {
                (done ??= []).Add(runId);
            }
        }

        foreach (string runId in done ?? [])
        {
            worker.Runs.Remove(runId);
        }

        return underWay;
    }

    private List<WorkGrant> Serve(DispatchWorker worker, DateTimeOffset now)
    {
        var grants = new List<WorkGrant>();
        if (!IsOpen(now) || !worker.Serves || worker.Credit <= 0 || HoldsLonely(worker))
        {
            return grants;
        }

        int most = MostFor(worker);
        while (worker.Credit > 0 && worker.Leased < most && Pick(worker, now) is DispatchOffer offer)
        {
            string? profile = offer.Grid is null ? null : offer.Profile;
            int count = Math.Min(Math.Min(worker.Credit, options.TilesPerGrant), most - worker.Leased);
            IReadOnlyList<int> tiles = offer.Take(worker, count, suspect => HasAlternative(offer, suspect, now));
            if (tiles.Count == 0)
            {
                break;
            }

            if (profile is not null && worker.Profile is not null && profile != worker.Profile && !offer.MixingKnown)
            {
                offer.MixingKnown = true;
                _notices.Add(new DispatchNotice(
                    IncidentKind.ProfilesMixed,
                    $"Slide {offer.Specification.Name} goes on with profile {worker.Profile}: no worker of its profile {profile} was heard lately.",
                    offer.Specification.RunId,
                    worker.Id));
            }

            worker.Credit -= tiles.Count;
            offer.Share.LastServed = ++_turn;
            ClusterMeter.Tiles.Add(tiles.Count, new KeyValuePair<string, object?>("state", "granted"));
            grants.Add(new WorkGrant(offer.Specification, offer.Grid, tiles) { Fence = Fence, Priority = offer.Priority });
            if (HoldsLonely(worker))
            {
                break;
            }
        }

        return grants;
    }

    /// <summary>Tiles the worker may hold: its share of what is pending for its model, and a few in any case.</summary>
    private int MostFor(DispatchWorker worker)
    {
        long pending = 0;
        foreach (DispatchOffer offer in _ordered)
        {
            pending += HasModel(worker, offer) ? offer.PendingCount : 0;
        }

        int others = 0;
        foreach (DispatchWorker other in _workers.Values)
        {
            others += other.Serves && string.Equals(other.ModelDigest, worker.ModelDigest, StringComparison.Ordinal) ? 1 : 0;
        }

        return (int)Math.Max(options.LeastShare, (pending + others - 1) / Math.Max(1, others));
    }

    /// <summary>The offer whose turn it is, or null when there is nothing for this worker.</summary>
    private DispatchOffer? Pick(DispatchWorker worker, DateTimeOffset now)
    {
        _search++;
        DispatchOffer? best = null;
        foreach (DispatchOffer offer in _ordered)
        {
            if (best is not null && offer.Priority < best.Priority)
            {
                break;
            }

            if (worker.ReservedBy == offer && !Suits(worker, offer, now))
            {
                worker.ReservedBy = null;
            }

            // A worker that is being emptied for a tile takes other work of higher classes only.
            bool reserved = worker.ReservedBy is DispatchOffer reservation && reservation != offer && offer.Priority <= reservation.Priority;
            if (reserved || offer.Share.Search == _search || !Suits(worker, offer, now) || !HasWork(worker, offer, now))
            {
                continue;
            }

            offer.Share.Search = _search;
            best = best is null || offer.Share.GoesBefore(best.Share) ? offer : best;
        }

        return best;
    }

    private bool HasWork(DispatchWorker worker, DispatchOffer offer, DateTimeOffset now) =>
        offer.HasSuspects ? HasWorkBesidesSuspects(worker, offer, now) : offer.FreeCount > 0;

    private bool HasWorkBesidesSuspects(DispatchWorker worker, DispatchOffer offer, DateTimeOffset now) =>
        offer.HasWorkFor(worker, suspect => HasAlternative(offer, suspect, now));

    private bool Suits(DispatchWorker worker, DispatchOffer offer, DateTimeOffset now) =>
        HasModel(worker, offer)
        && (offer.Grid is null || offer.Profile is null || worker.Profile is null || string.Equals(worker.Profile, offer.Profile, StringComparison.Ordinal)
            || MayMix(offer, offer.Profile, now));

    private bool MayMix(DispatchOffer offer, string profile, DateTimeOffset now)
    {
        DateTimeOffset heard = _heard.GetValueOrDefault((offer.Specification.ModelDigest, profile));
        return now - (heard > offer.FirstSeen ? heard : offer.FirstSeen) > options.ProfileGrace;
    }

    private bool HasAlternative(DispatchOffer offer, SuspectTile suspect, DateTimeOffset now) => _workers.Values.Any(other =>
        other.Serves && !suspect.FailedOn.Contains(other.Id, StringComparer.Ordinal) && Suits(other, offer, now));

    private bool HoldsLonely(DispatchWorker worker)
    {
        foreach ((string runId, WorkerTiles tiles) in worker.Runs)
        {
            if (_offers.TryGetValue(runId, out DispatchOffer? offer) && offer.IsAloneIn(tiles))
            {
                return true;
            }
        }

        return false;
    }

    private Dictionary<string, IReadOnlyList<int>> BegunBy(DispatchWorker worker)
    {
        var begun = new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal);
        foreach ((string runId, WorkerTiles tiles) in worker.Runs)
        {
            IEnumerable<int> unheard = _offers.TryGetValue(runId, out DispatchOffer? offer) ? offer.Unconfirmed(tiles) : [];
            int[] all = [.. tiles.Begun.Union(unheard).Order()];
            if (all.Length > 0)
            {
                begun[runId] = all;
            }
        }

        return begun;
    }

    private int ReleaseAll(DispatchWorker worker)
    {
        int released = 0;
        foreach (string runId in worker.Runs.Keys.ToArray())
        {
            released += _offers.TryGetValue(runId, out DispatchOffer? offer) ? offer.Release(worker) : 0;
        }

        return released;
    }

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
