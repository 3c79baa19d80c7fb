using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.Cluster.Dispatch;

/// <content>The workers: what they say of themselves, and what becomes of their tiles when they are lost.</content>
public sealed partial class DispatchTable
{
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

        foreach ((string runId, IReadOnlyList<int> tiles) in worker.BegunWhenLost)
        {
            _offers.GetValueOrDefault(runId)?.Suspect(tiles, workerId, worker.HadBegunOneTile ? now + options.RemovalGrace : null);
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

    /// <summary>The connection to a worker's node has ended: unless it speaks soon, it is lost.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="now">Now.</param>
    public void Disconnect(string workerId, DateTimeOffset now)
    {
        if (_workers.TryGetValue(workerId, out DispatchWorker? worker))
        {
            worker.DisconnectedAt ??= now;
        }
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
        if (inOrder)
        {
            return [];
        }

        foreach ((string runId, IReadOnlyList<int> tiles) in worker.BegunWhenLost)
        {
            _offers.GetValueOrDefault(runId)?.AwaitVerdict(tiles, now + options.VerdictGrace);
        }

        return [.. worker.BegunWhenLost.Select(b => new WorkerLost(b.Key, workerId, b.Value) { Alone = worker.HadBegunOneTile })];
    }

    private DispatchWorker Register(RequestWork request, string? node, DateTimeOffset now)
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
        Acquit(worker);
        worker.Node = node;
        worker.Seen = now;
        worker.AskedAt = request.At;
        worker.DisconnectedAt = null;
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

    /// <summary>A worker speaks, so nothing has taken it down.</summary>
    private void Acquit(DispatchWorker worker)
    {
        foreach ((string runId, IReadOnlyList<int> tiles) in worker.BegunWhenLost)
        {
            _offers.GetValueOrDefault(runId)?.Acquit(tiles, worker.Id);
            _changed = true;
        }

        worker.BegunWhenLost.Clear();
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
                var unneeded = new List<(DispatchWorker, int)>();
                underWay += offer.Renew(worker, tiles, now, unneeded);
                Drop(runId, unneeded);
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
}
