using Akka.Actor;
using Akka.Event;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Cluster.Workers;

/// <summary>
/// One device: asks the dispatcher for as many tiles as it can honor, works on them off the actor, and keeps every report until the run
/// has acknowledged it. Holds no state worth saving.
/// </summary>
public sealed class WorkerActor : ReceiveActor, IWithTimers
{
    private readonly string _workerId;
    private readonly ITileAnalyzer _analyzer;
    private readonly IActorRef _dispatcher;
    private readonly IActorRef _runs;
    private readonly WorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SurveyStage _survey = new();
    private readonly TileStage _tiles;
    private readonly Dictionary<(string RunId, int Tile), Holding> _held = [];

    /// <summary>Creates the worker.</summary>
    /// <param name="workerId">Unique per process and device.</param>
    /// <param name="analyzer">This machine's analyzer; owned by the caller.</param>
    /// <param name="dispatcher">Proxy of the dispatcher singleton.</param>
    /// <param name="runs">Shard region of the runs.</param>
    /// <param name="options">Limits and intervals.</param>
    /// <param name="time">Clock.</param>
    public WorkerActor(
        string workerId, ITileAnalyzer analyzer, IActorRef dispatcher, IActorRef runs, WorkerOptions options, TimeProvider time)
    {
        _workerId = workerId;
        _analyzer = analyzer;
        _dispatcher = dispatcher;
        _runs = runs;
        _options = options;
        _time = time;
        _tiles = new TileStage(analyzer, options, time);

        Receive<WorkGrant>(Take);
        Receive<Finished>(OnFinished);
        Receive<WorkAcknowledged>(acknowledged =>
        {
            // A tile is acknowledged unfinished when its run no longer wants it; what is under way then ends unheard.
            if (_held.Remove((acknowledged.RunId, acknowledged.Tile)))
            {
                Ask();
            }
        });
        Receive<RequestTick>(_ =>
        {
            Repeat();
            Ask();
        });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(RequestTick.Instance, RequestTick.Instance, TimeSpan.Zero, _options.Tick);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _survey.Dispose();
        _tiles.Dispose();
    }

    private void Ask()
    {
        int reported = _held.Values.Count(h => h.Report is not null);
        int working = _held.Count - reported;
        int credit = reported >= _options.MaxUnacknowledged ? 0 : Math.Max(0, _analyzer.Capacity + _options.Prefetch - working);
        _dispatcher.Tell(new RequestWork(
            _workerId,
            credit,
            [.. _held.Keys.GroupBy(key => key.RunId, StringComparer.Ordinal).Select(group => new HeldWork(group.Key, [.. group.Select(key => key.Tile)]))]));
    }

    private void Take(WorkGrant grant)
    {
        TileGrid? grid = grant.Grid?.ToGrid();
        foreach (int tile in grant.Tiles)
        {
            if (!_held.TryAdd((grant.RunId, tile), new Holding()))
            {
                continue;
            }

            Task<IWithRunId> work = grid is null
                ? ReportAsync(grant.Specification, tile, async () => await _survey.SurveyAsync(grant.Specification, _stopping.Token))
                : ReportAsync(grant.Specification, tile, async () => await _tiles.AnalyzeAsync(_workerId, grant.Specification, grid, tile, _stopping.Token));
            work.PipeTo(Self, success: report => new Finished(grant.RunId, tile, report));
        }
    }

    /// <summary>Turns whatever happens into a report; only the end of the worker itself is not reported.</summary>
    private async Task<IWithRunId> ReportAsync(RunSpecification specification, int tile, Func<Task<IWithRunId>> work)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a tile or slide throws must cost that tile or slide only.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (exception is not CellVitException)
            {
                _log.Error(exception, "Unexpected failure at tile {0} of slide {1}", tile, specification.Name);
            }

            return tile == WorkGrant.Survey
                ? new SurveyFailed(specification.RunId, _workerId, FailureMessage.From(exception, $"Slide '{specification.Name}' could not be surveyed."))
                : new TileFailed(specification.RunId, _workerId, tile, FailureMessage.From(exception, $"Tile {tile} of slide '{specification.Name}' could not be analyzed."));
        }
    }

    private void OnFinished(Finished finished)
    {
        if (_held.TryGetValue((finished.RunId, finished.Tile), out Holding? holding))
        {
            holding.Report = finished.Report;
            holding.Wait = _options.FirstRepeat;
            holding.Due = _time.GetUtcNow() + holding.Wait;
            _runs.Tell(finished.Report);
        }

        Ask();
    }

    private void Repeat()
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (Holding holding in _held.Values)
        {
            if (holding.Report is not null && holding.Due <= now)
            {
                holding.Wait = TimeSpan.FromTicks(Math.Min(holding.Wait.Ticks * 2, _options.MaxRepeat.Ticks));
                holding.Due = now + holding.Wait;
                _runs.Tell(holding.Report);
            }
        }
    }

    private sealed class Holding
    {
        public IWithRunId? Report { get; set; }

        public DateTimeOffset Due { get; set; }

        public TimeSpan Wait { get; set; }
    }

    private sealed record Finished(string RunId, int Tile, IWithRunId Report) : INoSerializationVerificationNeeded;

    private sealed class RequestTick : INoSerializationVerificationNeeded
    {
        public static readonly RequestTick Instance = new();
    }
}
