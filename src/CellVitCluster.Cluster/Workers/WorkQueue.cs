using System.Diagnostics.CodeAnalysis;

namespace CellVitCluster.Cluster.Workers;

/// <summary>
/// What a worker has not begun, and how much it has. Higher classes go first, then what came first. Surveys do not wait for the stock of tiles in
/// front of them, which would keep the tiles of the next slides away until it is used up: one at a time is begun beside the tiles. Not thread-safe.
/// </summary>
internal sealed class WorkQueue
{
    private readonly PriorityQueue<WorkHolding, (int Class, long Arrival)> _tiles = new();
    private readonly PriorityQueue<WorkHolding, (int Class, long Arrival)> _surveys = new();
    private long _arrivals;
    private int _begunSurveys;

    /// <summary>Tiles that are begun and not finished.</summary>
    public int BegunTiles { get; private set; }

    /// <summary>Tiles that wait.</summary>
    public int WaitingTiles => _tiles.Count;

    /// <summary>Tiles and surveys that wait or are begun.</summary>
    public int Unfinished => _tiles.Count + _surveys.Count + BegunTiles + _begunSurveys;

    /// <summary>Everything that waits.</summary>
    public IReadOnlyList<WorkHolding> Waiting => [.. _tiles.UnorderedItems.Concat(_surveys.UnorderedItems).Select(w => w.Element)];

    /// <summary>Puts work at the end of its class.</summary>
    public void Add(WorkHolding holding, int priority) => (holding.Grid is null ? _surveys : _tiles).Enqueue(holding, (-priority, _arrivals++));

    /// <summary>Takes out what is begun next.</summary>
    /// <param name="capacity">Tiles that may be begun at once.</param>
    /// <param name="holding">The work; it counts as begun.</param>
    public bool TryBegin(int capacity, [NotNullWhen(true)] out WorkHolding? holding)
    {
        if (_begunSurveys == 0 && _surveys.TryDequeue(out holding, out _))
        {
            _begunSurveys++;
            return true;
        }

        if (BegunTiles < capacity && _tiles.TryDequeue(out holding, out _))
        {
            BegunTiles++;
            return true;
        }

        holding = null;
        return false;
    }

    /// <summary>Begun work has ended, or its slot is free since it was dropped.</summary>
    public void End(WorkHolding holding)
    {
        if (holding.Grid is null)
        {
            _begunSurveys--;
        }
        else
        {
            BegunTiles--;
        }
    }

    /// <summary>Takes out waiting work that was dropped.</summary>
    public void RemoveDropped()
    {
        foreach (PriorityQueue<WorkHolding, (int Class, long Arrival)> queue in (ReadOnlySpan<PriorityQueue<WorkHolding, (int Class, long Arrival)>>)[_tiles, _surveys])
        {
            (WorkHolding, (int, long))[] kept = [.. queue.UnorderedItems.Where(w => !w.Element.Dropped)];
            queue.Clear();
            queue.EnqueueRange(kept);
        }
    }
}
