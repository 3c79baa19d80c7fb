using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Admission;

/// <summary>What the coordinator knows about the room in the folders that take stores: the soft state of the disk guard. Not thread-safe.</summary>
/// <param name="options">The least room, and how often it is looked at.</param>
internal sealed class DiskWatch(AdmissionOptions options)
{
    private readonly Dictionary<string, long> _free = new(StringComparer.Ordinal);
    private readonly HashSet<string> _full = new(StringComparer.Ordinal);
    private DateTimeOffset _asked = DateTimeOffset.MinValue;
    private bool _asking;

    /// <summary>Which folders should be measured now; empty while an answer is awaited or nothing is due. Counts as asked.</summary>
    public IReadOnlyList<string> Due(IReadOnlySet<string> wanted, DateTimeOffset now)
    {
        bool due = wanted.Count > 0 && (now - _asked >= options.DiskCheckInterval || wanted.Any(folder => !_free.ContainsKey(folder)));
        if (_asking || !due || options.MinFreeBytes <= 0)
        {
            return [];
        }

        _asking = true;
        _asked = now;
        return [.. wanted];
    }

    /// <summary>Takes the answer.</summary>
    /// <returns>Folders whose state changed, with the reason to wait or null when there is room again.</returns>
    public IReadOnlyList<(string Folder, FailureMessage? Reason)> Update(IReadOnlyDictionary<string, long> measured)
    {
        _asking = false;
        foreach (string gone in _free.Keys.Except(measured.Keys, StringComparer.Ordinal).ToArray())
        {
            _free.Remove(gone);
            _full.Remove(gone);
        }

        var changes = new List<(string Folder, FailureMessage? Reason)>();
        foreach ((string folder, long free) in measured)
        {
            _free[folder] = free;
            if (free < options.MinFreeBytes ? _full.Add(folder) : _full.Remove(folder))
            {
                changes.Add((folder, ReasonToWait(folder)));
            }
        }

        return changes;
    }

    /// <summary>Whether new work may write there: its room is known and large enough.</summary>
    public bool HasRoom(string folder) => options.MinFreeBytes <= 0 || (_free.ContainsKey(folder) && !_full.Contains(folder));

    /// <summary>Why new work has to wait, or null.</summary>
    public FailureMessage? ReasonToWait(string folder) => _full.Contains(folder)
        ? new FailureMessage(
            ErrorCode.DiskFull.Value,
            $"No new slide is begun: the output folder '{folder}' has too little room.",
            FormattableString.Invariant($"{_free[folder] >> 20} MiB are free, at least {options.MinFreeBytes >> 20} MiB are asked for."),
            "Free disk space; it goes on by itself.")
        : null;
}
