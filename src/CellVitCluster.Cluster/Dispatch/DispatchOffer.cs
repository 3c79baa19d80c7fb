using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Dispatch;

/// <summary>
/// What one run offers and who has it. Tiles are row-major numbers; the survey is the only tile of a run without a grid. Bit sets have one bit
/// per tile, so that updates and searches cost a word per 64 tiles. Not thread-safe.
/// </summary>
/// <param name="order">Place among the offers.</param>
/// <param name="firstSeen">When the run was first offered.</param>
internal sealed partial class DispatchOffer(long order, DateTimeOffset firstSeen)
{
    /// <summary>How long a worker's word that a tile is settled is remembered: longer than the worker repeats it.</summary>
    private static readonly TimeSpan SettledMemory = TimeSpan.FromSeconds(30);

    private readonly Dictionary<int, TileLease> _leases = [];
    private readonly Dictionary<int, DateTimeOffset> _settled = [];
    private ulong[] _pending = [];
    private ulong[] _free = [];
    private int _cursor;

    /// <summary>Place among the offers.</summary>
    public long Order { get; } = order;

    /// <summary>When the run was first offered.</summary>
    public DateTimeOffset FirstSeen { get; } = firstSeen;

    /// <summary>The run.</summary>
    public RunSpecification Specification { get; private set; } = null!;

    /// <summary>Geometry; null while the survey is pending.</summary>
    public GridMessage? Grid { get; private set; }

    /// <summary>Node that keeps the run's books.</summary>
    public string Home { get; set; } = string.Empty;

    /// <summary>When the run last spoke.</summary>
    public DateTimeOffset Seen { get; private set; }

    /// <summary>A higher class goes first.</summary>
    public int Priority { get; private set; }

    /// <summary>The submitter's share in the run's class.</summary>
    public SubmitterShare Share { get; private set; } = new();

    /// <summary>Numeric profile of the run: that of its settled tiles, before the first one that of the first grantee. Null before that.</summary>
    public string? Profile { get; private set; }

    /// <summary>Whether operators know that the run works with several profiles.</summary>
    public bool MixingKnown { get; set; }

    /// <summary>Since when no living worker has the model; null while one has.</summary>
    public DateTimeOffset? UnservableSince { get; set; }

    /// <summary>Tiles not settled.</summary>
    public int PendingCount { get; private set; }

    /// <summary>Tiles that any worker may take at once.</summary>
    public int FreeCount { get; private set; }

    /// <summary>Takes the run's word on what is pending.</summary>
    /// <param name="offer">The word.</param>
    /// <param name="share">The submitter's share in the offer's class.</param>
    /// <param name="now">Now.</param>
    /// <param name="options">Graces.</param>
    /// <returns>Tiles settled by one worker while another still holds them, by worker.</returns>
    public IReadOnlyList<(DispatchWorker Worker, int Tile)> Update(OfferWork offer, SubmitterShare share, DateTimeOffset now, DispatchOptions options)
    {
        Specification = offer.Specification;
        Grid = offer.Grid;
        Seen = now;
        Priority = offer.Priority;
        share.Leased += Share == share ? 0 : _leases.Count;
        Share.Leased -= Share == share ? 0 : _leases.Count;
        Share = share;
        Profile = offer.Profile ?? (_leases.Count == 0 ? null : Profile);
        SetPending(offer);
        SetSuspects(offer.Suspects ?? [], now);
        IReadOnlyList<(DispatchWorker, int)> doubled = ReleaseSettledAndDropped(now, options);
        Rebuild(now, options.SettledGrace);
        if (!_suspects.Values.Any(s => s.Alone && IsPending(s.Tile) && !_leases.ContainsKey(s.Tile)))
        {
            Unreserve();
        }

        return doubled;
    }

    /// <summary>Takes a worker's word on what it holds and what was acknowledged to it.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="tiles">Its word.</param>
    /// <param name="now">Now.</param>
    /// <param name="unneeded">Takes what workers hold though others have settled it.</param>
    /// <returns>Grants that are still on their way to the worker.</returns>
    public int Renew(DispatchWorker worker, WorkerTiles tiles, DateTimeOffset now, ICollection<(DispatchWorker Worker, int Tile)> unneeded)
    {
        foreach (int tile in tiles.Settled)
        {
            if (MarkSettled(tile, now) is DispatchWorker holder && holder != worker)
            {
                unneeded.Add((holder, tile));
            }
        }

        foreach (int tile in tiles.Held)
        {
            if (!_leases.TryGetValue(tile, out TileLease? lease))
            {
                if (IsPending(tile))
                {
                    Lease(tile, worker).Confirmed = true;
                }
                else if (Grid is not null)
                {
                    unneeded.Add((worker, tile));
                }
            }
            else if (lease.Worker == worker)
            {
                lease.Confirmed = true;
                lease.Dropped = null;
            }
            else
            {
                lease.Rival = worker;
            }
        }

        int underWay = 0;
        List<int>? returned = null;
        foreach (int tile in tiles.Leased)
        {
            if (tiles.Held.Contains(tile))
            {
                continue;
            }

            TileLease lease = _leases[tile];
            lease.Dropped ??= now;
            underWay += lease.Confirmed ? 0 : 1;
            if (worker.Draining)
            {
                (returned ??= []).Add(tile);
            }
        }

        foreach (int tile in returned ?? [])
        {
            PassOn(tile);
        }

        return underWay;
    }

    /// <summary>Frees what a lost worker had; what another worker holds as well becomes that one's.</summary>
    /// <returns>Number of tiles that may be granted again.</returns>
    public int Release(DispatchWorker worker)
    {
        int released = 0;
        foreach (int tile in worker.TilesOf(Specification.RunId).Leased.ToArray())
        {
            released += PassOn(tile) ? 0 : 1;
        }

        return released;
    }

    /// <summary>Frees everything: the offer ends.</summary>
    public void ReleaseAll()
    {
        foreach (int tile in _leases.Keys.ToArray())
        {
            Release(tile);
        }

        Unreserve();
    }

    /// <summary>Tiles that a worker was granted and has not named since: it may have begun them unheard.</summary>
    public IEnumerable<int> Unconfirmed(WorkerTiles tiles) => tiles.Leased.Where(tile => !_leases[tile].Confirmed);

    private IReadOnlyList<(DispatchWorker Worker, int Tile)> ReleaseSettledAndDropped(DateTimeOffset now, DispatchOptions options)
    {
        List<int>? ended = null;
        List<(DispatchWorker, int)>? doubled = null;
        foreach ((int tile, TileLease lease) in _leases)
        {
            // A worker that no longer holds a tile has either finished it, and a later offer says so, or never got the grant.
            bool settled = !IsPending(tile);
            bool dropped = lease.Dropped is DateTimeOffset since && now - since > options.DroppedGrace;
            if (settled && lease.Rival is DispatchWorker rival)
            {
                (doubled ??= []).Add((lease.Worker, tile));
                doubled.Add((rival, tile));
            }

            if (settled || dropped)
            {
                (ended ??= []).Add(tile);
            }
        }

        foreach (int tile in ended ?? [])
        {
            if (IsPending(tile))
            {
                PassOn(tile);
            }
            else
            {
                Release(tile);
            }
        }

        return doubled ?? (IReadOnlyList<(DispatchWorker, int)>)[];
    }

    /// <returns>Who had the tile, or null.</returns>
    private DispatchWorker? MarkSettled(int tile, DateTimeOffset now)
    {
        if (Slot(tile) < 0 || !_settled.TryAdd(tile, now))
        {
            return null;
        }

        DispatchWorker? holder = _leases.GetValueOrDefault(tile)?.Worker;
        Release(tile);
        if (IsPending(tile))
        {
            PendingCount--;
            FreeCount -= IsFree(tile) ? 1 : 0;
            Clear(_pending, tile);
            Clear(_free, tile);
        }

        return holder;
    }

    private TileLease Lease(int tile, DispatchWorker worker)
    {
        var lease = new TileLease(worker);
        _leases[tile] = lease;
        worker.TilesOf(Specification.RunId).Leased.Add(tile);
        worker.Leased++;
        Share.Leased++;
        if (IsFree(tile))
        {
            Clear(_free, tile);
            FreeCount--;
        }

        return lease;
    }

    private void Release(int tile)
    {
        if (!_leases.Remove(tile, out TileLease? lease))
        {
            return;
        }

        lease.Worker.TilesOf(Specification.RunId).Leased.Remove(tile);
        lease.Worker.Leased--;
        Share.Leased--;
        Free(tile);
    }

    /// <summary>Ends a lease; the tile becomes that of another living worker that holds it as well, or nobody's.</summary>
    /// <returns>Whether another worker has it.</returns>
    private bool PassOn(int tile)
    {
        DispatchWorker? rival = _leases[tile].Rival;
        Release(tile);
        if (rival is not { Alive: true } || !rival.TilesOf(Specification.RunId).Held.Contains(tile))
        {
            return false;
        }

        Lease(tile, rival).Confirmed = true;
        return true;
    }
}
