using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Inference.Pipeline;
using CellVitCluster.Slides.Reading;

namespace CellVitCluster.Inference.Paced;

/// <summary>
/// A device that works by the clock: takes the time of its <see cref="PacedModel"/> for every tile, one tile after the other, and returns the
/// nuclei of the lattice. Thread-safe; needs no libtorch. Tiles leave in the order they came in once their pixels are read.
/// </summary>
public sealed class PacedAnalyzer : ITileAnalyzer
{
    private const int IdleSlides = 4;

    private readonly PacedModel _model;
    private readonly TimeProvider _time;
    private readonly PacedLattice _lattice;
    private readonly SlidePool _slides = new(IdleSlides);
    private readonly Lock _gate = new();
    private TimeSpan _busy;
    private TimeSpan? _firstStart;
    private TimeSpan _freeAt;
    private readonly long _origin;

    /// <summary>Starts the device.</summary>
    /// <param name="model">How fast it is and what it finds.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">Pitch, side or token width are out of their ranges.</exception>
    public PacedAnalyzer(PacedModel model, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(time);
        _model = model;
        _time = time;
        _lattice = new PacedLattice(model);
        _origin = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public NumericProfile Profile => PacedModel.Profile;

    /// <inheritdoc/>
    public string ModelDigest => _model.Digest;

    /// <inheritdoc/>
    public string Precision => "fp32";

    /// <summary>Enough to bridge a tenth of a second, which files and timers take.</summary>
    public int Capacity => (int)Math.Clamp(100 / Math.Max(1, _model.TimePerTile.TotalMilliseconds), 4, 64);

    /// <inheritdoc/>
    public DeviceUse Use
    {
        get
        {
            lock (_gate)
            {
                return new DeviceUse(_busy.TotalSeconds, _firstStart is TimeSpan first ? (_freeAt - first).TotalSeconds : 0);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<TileAnalysis> AnalyzeAsync(TileTask task, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        long begin = _time.GetTimestamp();
        if (_model.ReadPixels)
        {
            await Task.Run(() => Read(task), cancellation);
        }

        double readSeconds = _time.GetElapsedTime(begin).TotalSeconds;
        await Task.Delay(ReserveDevice(), _time, cancellation);
        long start = _time.GetTimestamp();
        TileCells cells = Find(task);
        return new TileAnalysis(
            cells, new TileTimings(readSeconds, _model.TimePerTile.TotalSeconds, _time.GetElapsedTime(start).TotalSeconds));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _slides.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool Read(TileTask task)
    {
        using TilePixels? pixels = _slides.Use(task.Slide, slide => new TileReader(slide, task.Grid, task.Compatibility).Read(task.Tile));
        return pixels is not null;
    }

    /// <summary>Puts a tile behind those the device already has; an abandoned tile keeps its turn, as on a real device.</summary>
    /// <returns>Time until it is done. Late timers do not add up: the turn of the next tile follows from the plan, not from the timer.</returns>
    private TimeSpan ReserveDevice()
    {
        lock (_gate)
        {
            TimeSpan now = _time.GetElapsedTime(_origin);
            TimeSpan start = _freeAt > now ? _freeAt : now;
            _firstStart ??= start;
            _freeAt = start + _model.TimePerTile;
            _busy += _model.TimePerTile;
            return _freeAt - now;
        }
    }

    private TileCells Find(TileTask task)
    {
        TileFrame frame = task.Grid.FrameOf(task.Tile);
        LatticeNucleus[] nuclei = [.. _lattice.VisibleIn(frame)];
        var cells = new TileCell[nuclei.Length];
        var tokens = new Half[nuclei.Length * _model.TokenWidth];
        for (int i = 0; i < nuclei.Length; i++)
        {
            cells[i] = _lattice.CellOf(nuclei[i], frame, typed: task.ClassBranch == ClassBranchUse.Classes);
            _lattice.TokenOf(nuclei[i]).CopyTo(tokens.AsSpan(i * _model.TokenWidth));
        }

        return new TileCells(task.Tile, cells, _model.TokenWidth, tokens);
    }
}
