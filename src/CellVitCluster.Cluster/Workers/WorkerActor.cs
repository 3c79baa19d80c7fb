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
/// One device: keeps a stock of granted tiles, works off the actor on as many at once as the analyzer can use, and keeps every report until the
/// run has acknowledged it. Grants of a higher class are begun first. Holds no state worth saving.
/// </summary>
public sealed partial class WorkerActor : ReceiveActor, IWithTimers
{
    private readonly string _workerId;
    private readonly ITileAnalyzer _analyzer;
    private readonly IActorRef _dispatcher;
    private readonly IActorRef _runs;
    private readonly WorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly BegunRecord? _begun;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SurveyStage _survey = new();
    private readonly TileStage _tiles;
    private readonly TileRate _rate;
    private readonly long _born;
    private readonly Dictionary<(string RunId, int Tile), WorkHolding> _held = [];
    private readonly WorkQueue _queue = new();
    private readonly Dictionary<(string RunId, int Tile), DateTimeOffset> _settled = [];
    private readonly List<IActorRef> _drainers = [];
    private long _fence;
    private long _attempts;
    private bool _draining;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;

    /// <summary>Creates the worker.</summary>
    /// <param name="workerId">Unique per process and device.</param>
    /// <param name="analyzer">This machine's analyzer; owned by the caller.</param>
    /// <param name="dispatcher">Proxy of the dispatcher singleton.</param>
    /// <param name="runs">Shard region of the runs.</param>
    /// <param name="options">Limits and intervals.</param>
    /// <param name="time">Clock.</param>
    /// <param name="begun">Where it notes what it has begun, or null; owned by the worker.</param>
    public WorkerActor(
        string workerId, ITileAnalyzer analyzer, IActorRef dispatcher, IActorRef runs, WorkerOptions options, TimeProvider time, BegunRecord? begun)
    {
        ArgumentNullException.ThrowIfNull(options);
        _workerId = workerId;
        _analyzer = analyzer;
        _dispatcher = dispatcher;
        _runs = runs;
        _options = options;
        _time = time;
        _begun = begun;
        _tiles = new TileStage(analyzer, options, _log, time);
        _rate = new TileRate(options.SpeedMemory);
        _born = time.GetTimestamp();

        Receive<WorkGrant>(Take);
        Receive<Finished>(OnFinished);
        Receive<WorkAcknowledged>(OnAcknowledged);
        Receive<RevokeWork>(OnRevoked);
        Receive<DrainWorker>(Drain);
        Receive<RequestTick>(_ =>
        {
            Repeat();
            Ask();
        });
        Receive<AskTick>(_ => Ask());
        Receive<DrainTick>(_ => EndDrain());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private int Unacknowledged => _held.Count - _queue.Unfinished;

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
        _begun?.Dispose();
    }

    private void Take(WorkGrant grant)
    {
        // A dispatcher that was replaced and does not know it yet, or a grant that others have had since; older versions have no numbers.
        bool isLate = grant.AskedAt is long asked && Age - asked > _options.GrantLife.TotalMilliseconds;
        if (_draining || isLate || (grant.Fence != 0 && grant.Fence < _fence))
        {
            return;
        }

        _fence = Math.Max(_fence, grant.Fence);
        TileGrid? grid = grant.Grid?.ToGrid();
        foreach (int tile in grant.Tiles)
        {
            var holding = new WorkHolding(grant.Specification, grid, tile);
            if (_held.TryAdd(holding.Key, holding))
            {
                // Granted again: its result was lost after all.
                _settled.Remove(holding.Key);
                _queue.Add(holding, grant.Priority, grant.Home ?? string.Empty);
            }
        }

        Begin();
    }

    /// <summary>Begins what the analyzer can use. The dispatcher hears of it first: should the work take this process down, it knows what did.</summary>
    private void Begin()
    {
        var begun = new List<WorkHolding>();
        while (_queue.TryBegin(_analyzer.Capacity, out WorkHolding? holding))
        {
            holding.Attempt = ++_attempts;
            holding.Work = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            begun.Add(holding);
        }

        MeasureRate(completed: 0);
        AskSoon();
        foreach (WorkHolding holding in begun)
        {
            CancellationToken cancellation = holding.Work!.Token;
            ReportAsync(holding, cancellation).PipeTo(Self, success: report => new Finished(holding, report));
        }
    }

    /// <summary>Turns whatever happens into a report; only work that was called off is not reported.</summary>
    private async Task<IWithRunId?> ReportAsync(WorkHolding holding, CancellationToken cancellation)
    {
        RunSpecification specification = holding.Specification;
        try
        {
            using IDisposable? mark = _begun is null ? null : await _begun.BeginAsync(specification, holding.Tile);
            return holding.Grid is null
                ? await _survey.SurveyAsync(specification, cancellation)
                : await _tiles.AnalyzeAsync(_workerId, specification, holding.Grid, holding.Tile, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever a tile or slide throws must cost that tile or slide only.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (exception is not CellVitException)
            {
                _log.Error(exception, "Unexpected failure at tile {0} of slide {1}", holding.Tile, specification.Name);
            }

            return holding.Grid is null
                ? new SurveyFailed(specification.RunId, _workerId, FailureMessage.From(exception, $"Slide '{specification.Name}' could not be surveyed."))
                {
                    Attempt = holding.Attempt,
                }
                : new TileFailed(
                    specification.RunId,
                    _workerId,
                    holding.Tile,
                    FailureMessage.From(exception, $"Tile {holding.Tile} of slide '{specification.Name}' could not be analyzed."))
                {
                    Attempt = holding.Attempt,
                };
        }
    }

    private void OnFinished(Finished finished)
    {
        WorkHolding holding = finished.Holding;
        holding.Work?.Dispose();
        holding.Work = null;
        if (holding.Dropped)
        {
            // Its slot is free since it was dropped; a result that came out all the same is nobody's.
            if (holding.Unwanted && finished.Report is TileAnalyzed)
            {
                Discard(holding);
            }

            return;
        }

        _queue.End(holding);
        if (finished.Report is null)
        {
            _held.Remove(holding.Key);
            return;
        }

        holding.Report = finished.Report;
        holding.Wait = _options.FirstRepeat;
        holding.Due = _time.GetUtcNow() + holding.Wait;
        _runs.Tell(finished.Report);
        if (finished.Report is TileAnalyzed analyzed)
        {
            MeasureRate(completed: 1);
            Measure(analyzed.Outcome.Seconds);
        }

        Begin();
    }

    private void OnAcknowledged(WorkAcknowledged acknowledged)
    {
        if (!_held.TryGetValue((acknowledged.RunId, acknowledged.Tile), out WorkHolding? holding))
        {
            return;
        }

        if (acknowledged.Unwanted)
        {
            holding.Unwanted = true;
            if (holding.Report is TileAnalyzed)
            {
                Discard(holding);
            }
        }
        else if (holding.Report is TileAnalyzed)
        {
            _settled[holding.Key] = _time.GetUtcNow();
        }

        // A tile is acknowledged unfinished when its run no longer wants it; what is under way is called off. A run that does not want a result
        // has ended, in this folder at least, and wants none of the others.
        bool IsUnwanted(WorkHolding other) =>
            acknowledged.Unwanted && other.Waits && string.Equals(other.Specification.WorkDirectory, holding.Specification.WorkDirectory, StringComparison.Ordinal);
        Drop([.. HeldOf(acknowledged.RunId).Where(h => h == holding || IsUnwanted(h))]);
    }

    private void OnRevoked(RevokeWork revoked)
    {
        HashSet<int>? tiles = revoked.Tiles?.ToHashSet();
        Drop([.. HeldOf(revoked.RunId).Where(h => tiles?.Contains(h.Tile) != false && (h.Waits || !revoked.KeepBegun))]);
    }

    private IEnumerable<WorkHolding> HeldOf(string runId) => _held.Values.Where(h => string.Equals(h.Specification.RunId, runId, StringComparison.Ordinal));

    /// <summary>Forgets work in whatever state. Its slot is free at once, whenever the analyzer lets go of it.</summary>
    private void Drop(IReadOnlyCollection<WorkHolding> dropped)
    {
        bool waited = false;
        foreach (WorkHolding holding in dropped)
        {
            _held.Remove(holding.Key);
            holding.Dropped = true;
            waited |= holding.Waits;
            if (holding.Work is not null)
            {
                _queue.End(holding);
                holding.Work.Cancel();
            }
        }

        if (waited)
        {
            _queue.RemoveDropped();
        }

        Begin();
        CheckDrained();
    }

    private void Drain(DrainWorker command)
    {
        _drainers.Add(Sender);
        _draining = true;
        Timers.StartSingleTimer(DrainTick.Instance, DrainTick.Instance, command.Within);
        Drop(_queue.Waiting);
        Ask();
    }

    /// <summary>The time is over: what is not finished or not acknowledged is done again elsewhere.</summary>
    private void EndDrain() => Drop([.. _held.Values]);

    private void CheckDrained()
    {
        if (!_draining || _held.Count > 0 || _drainers.Count == 0)
        {
            return;
        }

        Timers.Cancel(DrainTick.Instance);
        Ask();
        _drainers.ForEach(drainer => drainer.Tell(new WorkerDrained()));
        _drainers.Clear();
    }

    private void Repeat()
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (WorkHolding holding in _held.Values)
        {
            if (holding.Report is not null && holding.Due <= now)
            {
                holding.Wait = TimeSpan.FromTicks(Math.Min(holding.Wait.Ticks * 2, _options.MaxRepeat.Ticks));
                holding.Due = now + holding.Wait;
                _runs.Tell(holding.Report);
            }
        }
    }

    private static void Discard(WorkHolding holding) => _ = Task.Run(() => TileStage.Discard(holding.Specification, holding.Grid!, holding.Tile));

    private sealed record Finished(WorkHolding Holding, IWithRunId? Report) : INoSerializationVerificationNeeded;

    private sealed class RequestTick : INoSerializationVerificationNeeded
    {
        public static readonly RequestTick Instance = new();
    }

    private sealed class DrainTick : INoSerializationVerificationNeeded
    {
        public static readonly DrainTick Instance = new();
    }
}
