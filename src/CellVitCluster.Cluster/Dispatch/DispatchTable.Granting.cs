using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.Cluster.Dispatch;

/// <content>Which tiles of which run a worker gets.</content>
public sealed partial class DispatchTable
{
    private List<WorkGrant> Serve(DispatchWorker worker, DateTimeOffset now)
    {
        var grants = new List<WorkGrant>();
        if (!IsOpen(now) || !worker.Serves || worker.Credit <= 0 || HoldsLonely(worker))
        {
            return grants;
        }

        int most = MostFor(worker);
        worker.MayTakeAlone = worker.IsEmpty && !_workers.Values.Any(other => other != worker && IsOnNodeOf(worker, other) && HoldsLonely(other));
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
            worker.MayTakeAlone = false;
            offer.Share.LastServed = ++_turn;
            ClusterMeter.Tiles.Add(tiles.Count, new KeyValuePair<string, object?>("state", "granted"));
            grants.Add(new WorkGrant(offer.Specification, offer.Grid, tiles)
            {
                Fence = Fence,
                Priority = offer.Priority,
                Home = offer.Home,
                AskedAt = worker.AskedAt,
            });
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
            others += other.Serves && WorkAlike(other, worker) ? 1 : 0;
        }

        return (int)Math.Max(options.LeastShare, (pending + others - 1) / Math.Max(1, others));
    }

    private static bool WorkAlike(DispatchWorker left, DispatchWorker right) =>
        string.Equals(left.ModelDigest, right.ModelDigest, StringComparison.Ordinal) && string.Equals(left.Precision, right.Precision, StringComparison.Ordinal);

    /// <summary>
    /// The offer whose turn it is, or null when there is nothing for this worker. Its stock is spread over the nodes that keep books: when one of
    /// them dies, the tiles of the others are settled as before.
    /// </summary>
    private DispatchOffer? Pick(DispatchWorker worker, DateTimeOffset now)
    {
        _search++;
        SubmitterShare? best = null;
        int priority = int.MinValue;
        foreach (DispatchOffer offer in _ordered)
        {
            if (best is not null && offer.Priority < priority)
            {
                break;
            }

            if (worker.ReservedBy == offer && !Suits(worker, offer, now))
            {
                worker.ReservedBy = null;
            }

            SubmitterShare share = offer.Share;
            bool later = share.Search == _search && !IsAtLessUsedHome(worker, offer, share.Found!);
            if (IsReservedAgainst(worker, offer) || later || !Suits(worker, offer, now) || !HasWork(worker, offer, now))
            {
                continue;
            }

            share.Search = _search;
            share.Found = offer;
            priority = offer.Priority;
            best = best is null || share.GoesBefore(best) ? share : best;
        }

        return best?.Found is DispatchOffer found && IsReservedAgainst(worker, found) ? null : best?.Found;
    }

    /// <summary>A worker that is being emptied for a tile takes other work of higher classes only.</summary>
    private static bool IsReservedAgainst(DispatchWorker worker, DispatchOffer other) =>
        worker.ReservedBy is DispatchOffer reservation && reservation != other && other.Priority <= reservation.Priority;

    private bool IsAtLessUsedHome(DispatchWorker worker, DispatchOffer offer, DispatchOffer other) =>
        !string.Equals(offer.Home, other.Home, StringComparison.Ordinal) && LeasedAt(worker, offer.Home) < LeasedAt(worker, other.Home);

    private int LeasedAt(DispatchWorker worker, string home)
    {
        int leased = 0;
        foreach ((string runId, WorkerTiles tiles) in worker.Runs)
        {
            leased += _offers.TryGetValue(runId, out DispatchOffer? offer) && string.Equals(offer.Home, home, StringComparison.Ordinal) ? tiles.Leased.Count : 0;
        }

        return leased;
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

    private static bool IsOnNodeOf(DispatchWorker worker, DispatchWorker other) =>
        worker.Node is not null && string.Equals(worker.Node, other.Node, StringComparison.Ordinal);

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

    private static bool HasModel(DispatchWorker worker, DispatchOffer offer) =>
        (worker.ModelDigest is null || string.Equals(worker.ModelDigest, offer.Specification.ModelDigest, StringComparison.Ordinal))
        && (worker.Precision is null || offer.Specification.Precision is null || string.Equals(worker.Precision, offer.Specification.Precision, StringComparison.Ordinal));
}
