using System.Diagnostics;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>Adds up the time between the ends of consecutive parts.</summary>
internal sealed class PartClock
{
    private readonly Dictionary<string, double> _seconds = [];
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Seconds per part.</summary>
    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    /// <summary>A part has ended.</summary>
    public void End(string part)
    {
        long now = Stopwatch.GetTimestamp();
        _seconds[part] = _seconds.GetValueOrDefault(part) + Stopwatch.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
    }
}
