using System.Collections;

namespace CellVitCluster.Cluster.Runs;

/// <summary>
/// The settled tiles of a run in the order they were settled. Immutable to its readers; a longer list shares the memory of the one it was
/// made of, so that adding costs what is added. Not thread-safe: belongs to one actor; only the empty list may be shared.
/// </summary>
public sealed class TileOutcomes : IReadOnlyList<TileOutcome>
{
    private readonly List<TileOutcome> _shared;

    private TileOutcomes(List<TileOutcome> shared, int count)
    {
        _shared = shared;
        Count = count;
    }

    /// <summary>No tiles.</summary>
    public static TileOutcomes Empty { get; } = new([], 0);

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public TileOutcome this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _shared[index];
        }
    }

    /// <summary>With more at the end.</summary>
    public TileOutcomes Add(IReadOnlyList<TileOutcome> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);

        // Only the longest list may grow in place; what others see beyond their count is not theirs. The empty one never does: every run of
        // the process begins with it, each on a thread of its own.
        List<TileOutcome> shared = Count > 0 && _shared.Count == Count ? _shared : _shared.GetRange(0, Count);
        foreach (TileOutcome tile in tiles)
        {
            // Most tiles come from a few workers: one text for all of them.
            string profile = shared.Count > 0 ? shared[^1].Profile : tile.Profile;
            bool copied = !ReferenceEquals(profile, tile.Profile) && string.Equals(profile, tile.Profile, StringComparison.Ordinal);
            shared.Add(copied ? tile with { Profile = profile } : tile);
        }

        return new TileOutcomes(shared, shared.Count);
    }

    /// <summary>Those that are kept.</summary>
    public TileOutcomes Where(Func<TileOutcome, bool> keep)
    {
        List<TileOutcome> kept = [.. Enumerable.Where(this, keep)];
        return new TileOutcomes(kept, kept.Count);
    }

    /// <summary>Some of them.</summary>
    public IReadOnlyList<TileOutcome> Page(int from, int count) => count == 0 ? [] : _shared.GetRange(from, Math.Min(count, Count - from));

    /// <inheritdoc/>
    public IEnumerator<TileOutcome> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return _shared[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
