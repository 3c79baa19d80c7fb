namespace CellVitCluster.Cluster.Dispatch;

/// <content>
/// Tiles with a history: what the run tells of them, and what the dispatcher has seen itself. A worker that is lost is not removed from the
/// cluster for ten seconds and more, and the run does not hear of it before; its tiles are granted again long before that, and must not go
/// unwatched from one dying worker to the next.
/// </content>
internal sealed partial class DispatchOffer
{
    private readonly Dictionary<int, SuspectTile> _told = [];
    private readonly Dictionary<int, HashSet<string>> _lostWith = [];
    private readonly Dictionary<int, SuspectTile> _suspects = [];
    private readonly Dictionary<int, DateTimeOffset> _awaited = [];
    private DispatchWorker? _reserved;

    /// <summary>Whether there are tiles that must be alone in a worker.</summary>
    public bool HasAlone { get; private set; }

    /// <summary>Whether tiles with a history wait.</summary>
    public bool HasSuspects => _suspects.Count > 0;

    /// <summary>Whether a worker has a tile of this run that must be alone.</summary>
    public bool IsAloneIn(WorkerTiles tiles) => HasAlone && tiles.Leased.Any(tile => _suspects.TryGetValue(tile, out SuspectTile? s) && s.Alone);

    /// <summary>A worker was lost while it had begun these tiles: each may have taken it down.</summary>
    /// <param name="tiles">What it had begun of this run.</param>
    /// <param name="workerId">The worker.</param>
    /// <param name="waitUntil">
    /// A dangerous tile is not granted again before: the run may give it up when the worker is removed. Null where it had begun other things.
    /// </param>
    public void Suspect(IEnumerable<int> tiles, string workerId, DateTimeOffset? waitUntil)
    {
        foreach (int tile in tiles.Where(IsPending))
        {
            if (waitUntil is DateTimeOffset time && _suspects.TryGetValue(tile, out SuspectTile? known) && known.Alone)
            {
                _awaited[tile] = time;
            }

            if (!_lostWith.TryGetValue(tile, out HashSet<string>? lost))
            {
                _lostWith[tile] = lost = new HashSet<string>(StringComparer.Ordinal);
            }

            lost.Add(workerId);
            Judge(tile);
            if (IsFree(tile))
            {
                Clear(_free, tile);
                FreeCount--;
            }
        }

        FindAlone();
    }

    /// <summary>A worker that was thought lost is back: nothing took it down.</summary>
    public void Acquit(IEnumerable<int> tiles, string workerId)
    {
        foreach (int tile in tiles)
        {
            if (_lostWith.TryGetValue(tile, out HashSet<string>? lost) && lost.Remove(workerId))
            {
                if (lost.Count == 0)
                {
                    _lostWith.Remove(tile);
                }

                _awaited.Remove(tile);
                Judge(tile);
                Free(tile);
            }
        }

        FindAlone();
    }

    /// <summary>The run hears of the worker's loss now.</summary>
    public void AwaitVerdict(IEnumerable<int> tiles, DateTimeOffset until)
    {
        foreach (int tile in tiles.Where(_awaited.ContainsKey))
        {
            _awaited[tile] = until;
        }
    }

    private void SetSuspects(IReadOnlyList<SuspectTile> told, DateTimeOffset now)
    {
        foreach (int tile in _awaited.Where(wait => wait.Value <= now || !IsPending(wait.Key)).Select(wait => wait.Key).ToArray())
        {
            _awaited.Remove(tile);
        }

        _told.Clear();
        _suspects.Clear();
        foreach (SuspectTile suspect in told)
        {
            _told[suspect.Tile] = suspect;
            Judge(suspect.Tile);
        }

        foreach (int tile in _lostWith.Keys.ToArray())
        {
            if (IsPending(tile))
            {
                Judge(tile);
            }
            else
            {
                _lostWith.Remove(tile);
            }
        }

        FindAlone();
    }

    /// <summary>Puts together what is known of a tile.</summary>
    private void Judge(int tile)
    {
        SuspectTile? told = _told.GetValueOrDefault(tile);
        if (_lostWith.TryGetValue(tile, out HashSet<string>? lost))
        {
            string[] failedOn = [.. (told?.FailedOn ?? []).Union(lost, StringComparer.Ordinal)];
            _suspects[tile] = new SuspectTile(tile, failedOn, Alone: told is { Alone: true } || failedOn.Length >= SuspectTile.AloneAfter);
        }
        else if (told is not null)
        {
            _suspects[tile] = told;
        }
        else
        {
            _suspects.Remove(tile);
        }
    }

    private void FindAlone() => HasAlone = _suspects.Values.Any(s => s.Alone && IsPending(s.Tile));

    private IEnumerable<SuspectTile> EligibleSuspects(DispatchWorker worker, Func<SuspectTile, bool> hasAlternative) => _suspects.Values.Where(s =>
        IsPending(s.Tile) && !_leases.ContainsKey(s.Tile) && !_awaited.ContainsKey(s.Tile) && (!s.FailedOn.Contains(worker.Id, StringComparer.Ordinal) || !hasAlternative(s)));

    private void Unreserve()
    {
        if (_reserved?.ReservedBy == this)
        {
            _reserved.ReservedBy = null;
        }

        _reserved = null;
    }
}
