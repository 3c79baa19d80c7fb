namespace CellVitCluster.Cluster.Runs;

/// <summary>
/// Why a run does not get on at the moment, and whether it rests because of that. Soft state of a run. Not thread-safe.
/// </summary>
/// <param name="time">Clock.</param>
public sealed class RunStall(TimeProvider time)
{
    private DateTimeOffset _restsUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _lastsUntil = DateTimeOffset.MaxValue;

    /// <summary>The reason, or null while the run gets on.</summary>
    public FailureMessage? Reason { get; private set; }

    /// <summary>Whether work is withheld for the moment.</summary>
    public bool IsResting => Reason is not null && time.GetUtcNow() < _restsUntil;

    /// <summary>A hindrance that meets all work alike: it is withheld for a while and then tried again; the reason stays until work succeeds.</summary>
    /// <returns>Whether the run got on until now.</returns>
    public bool Rest(FailureMessage reason, TimeSpan pause)
    {
        _restsUntil = time.GetUtcNow() + pause;
        return Set(reason, DateTimeOffset.MaxValue);
    }

    /// <summary>A hindrance that passes by itself, told again and again while it lasts.</summary>
    /// <returns>Whether the run got on until now.</returns>
    public bool Last(FailureMessage reason, TimeSpan silence) => Set(reason, time.GetUtcNow() + silence);

    /// <summary>The run gets on, or has ended.</summary>
    /// <returns>Whether it did not until now.</returns>
    public bool End()
    {
        bool was = Reason is not null;
        Reason = null;
        _restsUntil = DateTimeOffset.MinValue;
        return was;
    }

    /// <summary>Ends a hindrance that nobody tells of any more.</summary>
    /// <returns>Whether it ended just now.</returns>
    public bool Expire() => Reason is not null && time.GetUtcNow() >= _lastsUntil && End();

    private bool Set(FailureMessage reason, DateTimeOffset lastsUntil)
    {
        bool first = Reason is null;
        Reason = reason;
        _lastsUntil = lastsUntil;
        return first;
    }
}
