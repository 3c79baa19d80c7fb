using System.Diagnostics.CodeAnalysis;

namespace CellVitCluster.Cluster.Workers;

/// <summary>
/// What a worker has not begun, and how much it has. Higher classes go first. Inside a class the nodes that keep the runs' books take turns, so that
/// the death of one of them never means that nothing is settled until the worker's stock of its tiles is used up; inside a node what came first.
/// Surveys do not wait for the stock of tiles in front of them, which would keep the tiles of the next slides away until it is used up: one at a
/// time is begun beside the tiles. Not thread-safe.
/// </summary>
internal sealed class WorkQueue
{
    private readonly PriorityQueue<WorkHolding, (int Class, long Turn, long Arrival)> _tiles = new();
    private readonly PriorityQueue<WorkHolding, (int Class, long Turn, long Arrival)> _surveys = new();
    private readonly Dictionary<(int Class, string Home), long> _lastTurns = [];
    private long _turn;
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

    /// <summary>Puts work at the end of what its node has in its class.</summary>
    /// <param name="holding">The work.</param>
    /// <param name="priority">Its class.</param>
    /// <param name="home">Node that keeps the books of its run.</param>
    public void Add(WorkHolding holding, int priority, string home)
    {
        if (holding.Grid is null)
        {
            _surveys.Enqueue(holding, (-priority, 0, _arrivals++));
            return;
        }

        long turn = Math.Max(_turn, _lastTurns.GetValueOrDefault((priority, home))) + 1;
        _lastTurns[(priority, home)] = turn;
        _tiles.Enqueue(holding, (-priority, turn, _arrivals++));
    }

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

        if (BegunTiles < capacity && _tiles.TryDequeue(out holding, out (int Class, long Turn, long Arrival) place))
        {
            BegunTiles++;
            TakeTurn(place.Turn);
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
        RemoveDropped(_tiles);
        RemoveDropped(_surveys);
    }

    private static void RemoveDropped(PriorityQueue<WorkHolding, (int Class, long Turn, long Arrival)> queue)
    {
        (WorkHolding, (int, long, long))[] kept = [.. queue.UnorderedItems.Where(w => !w.Element.Dropped)];
        queue.Clear();
        queue.EnqueueRange(kept);
    }

    /// <summary>Nodes whose latest turn is over are forgotten: they begin at the next one like any other.</summary>
    private void TakeTurn(long turn)
    {
        _turn = Math.Max(_turn, turn);
        foreach ((int, string) home in _lastTurns.Where(last => last.Value <= _turn).Select(last => last.Key).ToArray())
        {
            _lastTurns.Remove(home);
        }
    }
}
