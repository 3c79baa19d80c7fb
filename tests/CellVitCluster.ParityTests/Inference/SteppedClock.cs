namespace CellVitCluster.ParityTests.Inference;

/// <summary>A clock that moves when it is told to; its timers fire then, on the caller's thread.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _now;

    /// <summary>Times at which the open timers fire, by creation.</summary>
    public IReadOnlyList<TimeSpan> Timers => [.. _timers.Select(t => TimeSpan.FromTicks(t.Due))];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, _now + dueTime.Ticks, () => callback(state));
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        _now += by.Ticks;
        foreach (Timer timer in _timers.Where(t => t.Due <= _now).ToArray())
        {
            _timers.Remove(timer);
            timer.Fire();
        }
    }

    private sealed class Timer(SteppedClock clock, long due, Action fire) : ITimer
    {
        public long Due { get; } = due;

        public Action Fire { get; } = fire;

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
