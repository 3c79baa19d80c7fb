namespace CellVitCluster.Cluster.Dispatch;

/// <content>Which tiles a worker gets: neighbors, and those with a history.</content>
internal sealed partial class DispatchOffer
{
    /// <summary>Whether there is something for a worker that has the model and a fitting profile.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="hasAlternative">Whether another worker than those a tile failed on could take it.</param>
    public bool HasWorkFor(DispatchWorker worker, Func<SuspectTile, bool> hasAlternative)
    {
        bool alone = EligibleSuspects(worker, hasAlternative).Any(s => s.Alone);
        if (worker.ReservedBy == this)
        {
            if (alone)
            {
                return worker.MayTakeAlone;
            }

            Unreserve();
        }

        if (alone && worker.MayTakeAlone)
        {
            return true;
        }

        // Every worker that is kept busy always holds something: one has to be emptied for a tile that must be alone.
        if (alone && !worker.IsEmpty && worker.ReservedBy is null && (_reserved is not { Serves: true } || _reserved.ReservedBy != this))
        {
            Unreserve();
            _reserved = worker;
            worker.ReservedBy = this;
            return false;
        }

        return FreeCount > 0 || EligibleSuspects(worker, hasAlternative).Any(s => !s.Alone);
    }

    /// <summary>Leases tiles to a worker, neighbors row by row.</summary>
    /// <param name="worker">A worker for which <see cref="HasWorkFor"/> is true.</param>
    /// <param name="count">At most so many; 1 or more.</param>
    /// <param name="hasAlternative">Whether another worker than those a tile failed on could take it.</param>
    public IReadOnlyList<int> Take(DispatchWorker worker, int count, Func<SuspectTile, bool> hasAlternative)
    {
        var taken = new List<int>(Math.Min(count, FreeCount + 1));
        if (HasAlone && worker.MayTakeAlone)
        {
            taken.AddRange(EligibleSuspects(worker, hasAlternative).Where(s => s.Alone).Select(s => s.Tile).Take(1));
        }

        bool alone = taken.Count > 0;
        if (!alone && HasSuspects)
        {
            taken.AddRange(EligibleSuspects(worker, hasAlternative).Where(s => !s.Alone).Select(s => s.Tile).Take(count));
        }

        foreach (int tile in taken)
        {
            Lease(tile, worker);
        }

        if (alone)
        {
            Unreserve();
        }
        else
        {
            TakeFree(worker, count, taken);
        }

        if (Grid is not null)
        {
            Profile ??= worker.Profile;
        }

        return taken;
    }

    /// <summary>
    /// All workers go down the slide along one front, what was given back first: a tile left behind keeps the seams around it open, and with them
    /// the memory of the merger, until the end of the slide.
    /// </summary>
    private void TakeFree(DispatchWorker worker, int count, List<int> taken)
    {
        for (int slot = NextFree(_cursor); slot >= 0 && taken.Count < count; slot = NextFree(slot + 1))
        {
            _cursor = slot;
            int tile = Grid is null ? WorkGrant.Survey : slot;
            taken.Add(tile);
            Lease(tile, worker);
        }
    }
}
