using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.Cluster.Runs;

/// <summary>
/// What went wrong with tiles that are still pending, and with the survey (<see cref="WorkGrant.Survey"/>): failed attempts, and workers that
/// died over them. Soft state of a run: after a restart everything gets its chances anew, but for deaths that a <see cref="BegunRecord"/> tells
/// of. Not thread-safe.
/// </summary>
/// <param name="options">Limits.</param>
public sealed class TileTroubles(SlideRunOptions options)
{
    /// <summary>Most suspects in one offer, which must stay below 64 KiB; the rest follows when these are settled.</summary>
    public const int MaxSuspects = 100;

    private readonly SortedDictionary<int, Trouble> _troubles = [];
    private readonly List<string> _killedAlone = [];
    private readonly Dictionary<int, int> _losses = [];

    /// <summary>Whether so many workers died over tiles of this slide, with nothing else begun, that it is the slide and not a place in it.</summary>
    public bool IsSlideDeadly => _killedAlone.Count >= options.MaxStrikes * SlideRunOptions.AlwaysAllowedFailures;

    /// <summary>Workers that died over tiles of this slide with nothing else begun, in order.</summary>
    public IReadOnlyCollection<string> KilledAlone => _killedAlone;

    /// <summary>Counts a failed attempt. The same failure told twice counts once.</summary>
    /// <param name="tile">The tile, or the survey.</param>
    /// <param name="workerId">The worker.</param>
    /// <param name="attempt">The worker's number of the attempt; null from older versions, where every word counts.</param>
    /// <returns>Attempts so far, this one included.</returns>
    public int Fail(int tile, string workerId, long? attempt)
    {
        Trouble trouble = Of(tile);
        Add(trouble.FailedOn, workerId);
        if (attempt is not long number || trouble.Failures.Add((workerId, number)))
        {
            trouble.Attempts++;
        }

        return trouble.Attempts;
    }

    /// <summary>Counts results that were settled and that the merger did not find or could not read.</summary>
    /// <returns>How often that has happened to the worst of these tiles; 0 when there are none.</returns>
    public int Lose(IReadOnlyList<int> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        int most = 0;
        foreach (int tile in tiles)
        {
            int losses = _losses.GetValueOrDefault(tile) + 1;
            _losses[tile] = losses;
            most = Math.Max(most, losses);
        }

        return most;
    }

    /// <summary>
    /// Counts a worker that died while it had begun the tile. The same death told twice counts once. Workers die of many things: only deaths
    /// with nothing else begun speak against the tile.
    /// </summary>
    /// <param name="tile">The tile, or the survey.</param>
    /// <param name="workerId">The worker.</param>
    /// <param name="alone">Whether the worker had begun nothing else.</param>
    /// <returns>The workers that had begun nothing else, when the tile must be given up; else null.</returns>
    public IReadOnlyList<string>? Strike(int tile, string workerId, bool alone)
    {
        Trouble trouble = Of(tile);
        Add(trouble.Killed, workerId);
        if (alone)
        {
            Add(trouble.KilledAlone, workerId);
            Add(_killedAlone, workerId);
        }

        return trouble.KilledAlone.Count >= options.MaxStrikes ? [.. trouble.KilledAlone] : null;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _losses.Clear();
        _troubles.Clear();
        _killedAlone.Clear();
    }

    /// <summary>Forgets failures and deaths of a tile, or of the survey: it is done.</summary>
    public void Clear(int tile) => _troubles.Remove(tile);

    /// <summary>What the dispatcher must mind, or null for nothing.</summary>
    public IReadOnlyList<SuspectTile>? Suspects() => _troubles.Count == 0 ? null :
    [
        .. _troubles.Take(MaxSuspects).Select(entry => new SuspectTile(
            entry.Key,
            [.. entry.Value.FailedOn.Union(entry.Value.Killed, StringComparer.Ordinal)],
            Alone: entry.Value.Killed.Count >= options.AloneAfter)),
    ];

    private static void Add(List<string> workers, string workerId)
    {
        if (!workers.Contains(workerId, StringComparer.Ordinal))
        {
            workers.Add(workerId);
        }
    }

    private Trouble Of(int tile)
    {
        if (!_troubles.TryGetValue(tile, out Trouble? trouble))
        {
            _troubles[tile] = trouble = new Trouble();
        }

        return trouble;
    }

    private sealed class Trouble
    {
        public int Attempts { get; set; }

        public HashSet<(string Worker, long Attempt)> Failures { get; } = [];

        public List<string> FailedOn { get; } = [];

        public List<string> Killed { get; } = [];

        public List<string> KilledAlone { get; } = [];
    }
}
