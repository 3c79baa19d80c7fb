namespace CellVitCluster.Cluster.Workers;

/// <summary>
/// Tiles per second of a worker while it has work: an exponential average over busy time, so that waiting for work does not look like slowness.
/// Not thread-safe; time is passed in.
/// </summary>
/// <param name="memory">Time after which a tile counts 1/e.</param>
public sealed class TileRate(TimeSpan memory)
{
    private double _tiles;
    private double _seconds;
    private DateTimeOffset? _last;
    private bool _busy;

    /// <summary>Tiles per second; 0 before the first tile.</summary>
    public double PerSecond => _seconds > 0 ? _tiles / _seconds : 0;

    /// <summary>Says what has happened since the last call.</summary>
    /// <param name="now">Now.</param>
    /// <param name="busy">Whether there is work from now on.</param>
    /// <param name="completed">Tiles finished.</param>
    public void Update(DateTimeOffset now, bool busy, int completed)
    {
        if (_busy && _last is DateTimeOffset last && now > last)
        {
            double elapsed = (now - last) / memory;
            double kept = Math.Exp(-elapsed);
            _seconds = (_seconds * kept) + (memory.TotalSeconds * (1 - kept));
            _tiles *= kept;
        }

        _tiles += completed;
        _last = now;
        _busy = busy;
    }
}
