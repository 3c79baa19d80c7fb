using Akka.Actor;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Workers;

/// <content>How the worker asks for work: how much, how often, and what it says of itself.</content>
public sealed partial class WorkerActor
{
    /// <summary>Milliseconds since this worker was created; goes on while the process is frozen.</summary>
    private long Age => (long)_time.GetElapsedTime(_born).TotalMilliseconds;

    private void AskSoon()
    {
        TimeSpan since = _time.GetUtcNow() - _asked;
        if (since >= _options.RequestInterval)
        {
            Ask();
        }
        else if (!Timers.IsTimerActive(AskTick.Instance))
        {
            Timers.StartSingleTimer(AskTick.Instance, AskTick.Instance, _options.RequestInterval - since);
        }
    }

    private void Ask()
    {
        DateTimeOffset now = _time.GetUtcNow();
        _asked = now;
        foreach ((string, int) key in _settled.Where(s => now - s.Value > _options.SettledMemory).Select(s => s.Key).ToArray())
        {
            _settled.Remove(key);
        }

        _dispatcher.Tell(new RequestWork(_workerId, Credit(), [.. _held.Values.GroupBy(h => h.Specification.RunId, StringComparer.Ordinal).Select(Describe)])
        {
            Profile = _analyzer.Profile.Value,
            ModelDigest = _analyzer.ModelDigest,
            Precision = _analyzer.Precision,
            Draining = _draining,
            Fence = _fence,
            At = Age,
            Settled = _settled.Count == 0
                ? null
                : [.. _settled.Keys.GroupBy(key => key.RunId, StringComparer.Ordinal).Select(run => new HeldWork(run.Key, [.. run.Select(key => key.Tile)]))],
        });
    }

    private static HeldWork Describe(IGrouping<string, WorkHolding> run) =>
        new(run.Key, [.. run.Select(h => h.Tile)]) { Begun = [.. run.Where(h => h.Work is not null).Select(h => h.Tile)] };

    private int Credit()
    {
        if (_draining || Unacknowledged >= _options.MaxUnacknowledged)
        {
            return 0;
        }

        MeasureRate(completed: 0);
        int stock = (int)Math.Clamp(Math.Ceiling(_options.FailoverWindow.TotalSeconds * _rate.PerSecond), _options.MinPrefetch, _options.MaxPrefetch);
        int missing = _analyzer.Capacity + stock - _queue.BegunTiles - _queue.WaitingTiles;
        return missing >= Math.Min(_options.LeastRequest, Math.Max(1, stock / 2)) ? missing : 0;
    }

    private void MeasureRate(int completed) => _rate.Update(_time.GetUtcNow(), busy: _queue.BegunTiles > 0, completed);

    private static void Measure(StageSeconds seconds)
    {
        if (seconds == StageSeconds.Zero)
        {
            return;
        }

        ReadOnlySpan<(string Stage, double Seconds)> stages =
            [("read", seconds.Read), ("network", seconds.Network), ("detection", seconds.Detection), ("write", seconds.Write)];
        foreach ((string stage, double duration) in stages)
        {
            ClusterMeter.StageDuration.Record(duration, new KeyValuePair<string, object?>("stage", stage));
        }
    }

    private sealed class AskTick : INoSerializationVerificationNeeded
    {
        public static readonly AskTick Instance = new();
    }
}
