using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Runs;

/// <summary>
/// The book-keeper of one slide: has it surveyed, offers its pending tiles, journals results in group commits, acknowledges them only
/// then, feeds the merger and journals the publication. A shell around <see cref="SlideRunState"/>. Sharded, one entity per run. How its
/// journal is kept short stands in <c>SlideRunActor.Journal.cs</c>.
/// </summary>
public sealed partial class SlideRunActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>The dispatcher tells every second that nobody can serve the run; three times unheard, and somebody can.</summary>
    private static readonly TimeSpan UnservableSilence = TimeSpan.FromSeconds(4);

    private readonly string _runId;
    private readonly IActorRef _coordinator;
    private readonly IActorRef _dispatcher;
    private readonly IActorRef _mergers;
    private readonly SlideRunOptions _options;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IncidentLog _incidents;

    private readonly TileTroubles _troubles;
    private readonly RunStall _stall;
    private readonly Func<int, bool>? _isNodeAlive;
    private readonly List<(TileOutcome Outcome, IActorRef? Worker)> _arrived = [];
    private SlideRunState _state = SlideRunState.Empty;
    private int _priority;
    private string? _submitter;
    private int _resumedTiles;
    private int _mergeAttempts;
    private bool _committing;

    /// <summary>Creates the entity of a run.</summary>
    /// <param name="runId">Entity id.</param>
    /// <param name="coordinator">Proxy of the coordinator singleton.</param>
    /// <param name="dispatcher">Proxy of the dispatcher singleton.</param>
    /// <param name="mergers">Shard region of the mergers.</param>
    /// <param name="operations">Proxy of the operations singleton.</param>
    /// <param name="options">Limits and intervals.</param>
    /// <param name="time">Clock.</param>
    /// <param name="isNodeAlive">
    /// Whether the process with a number belongs to the cluster: where workers may die with the runs' books, the run learns of their deaths from
    /// what they left behind. Null where they do not. Called on pool threads.
    /// </param>
    public SlideRunActor(
        string runId,
        IActorRef coordinator,
        IActorRef dispatcher,
        IActorRef mergers,
        IActorRef operations,
        SlideRunOptions options,
        TimeProvider time,
        Func<int, bool>? isNodeAlive)
    {
        _runId = runId;
        _coordinator = coordinator;
        _dispatcher = dispatcher;
        _mergers = mergers;
        _options = options;
        _incidents = new IncidentLog(operations, _log, time);
        _troubles = new TileTroubles(options);
        _stall = new RunStall(time);
        _isNodeAlive = isNodeAlive;

        ReceiveJournal();
        Command<StartRun>(Start);
        Command<CancelRun>(Cancel);
        Command<SurveyCompleted>(OnSurveyCompleted);
        Command<SurveyFailed>(OnSurveyFailed);
        Command<TileAnalyzed>(OnTileAnalyzed);
        Command<TileFailed>(OnTileFailed);
        Command<WorkerLost>(OnWorkerLost);
        Command<PastDeaths>(OnPastDeaths);
        Command<OfferUnservable>(OnUnservable);
        Command<GetSettledTiles>(command => Sender.Tell(PageFrom(command.From)));
        Command<RequestPublication>(OnPublicationRequested);
        Command<MergeFinished>(OnMergeFinished);
        Command<MergeFailed>(OnMergeFailed);
        Command<PublishTick>(_ => Publish());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(PublishTick.Instance, PublishTick.Instance, _options.Tick);
        base.PreStart();
    }

    private void Start(StartRun command)
    {
        WakeUp();
        _priority = command.Priority;
        _submitter = command.Submitter;
        IReadOnlyList<IRunEvent> events = _state.Decide(command);
        if (events is [RunResubmitted])
        {
            // Reports that wait for the journal are of the submission before; who still has a result of this one tells it again.
            _arrived.Clear();
        }

        Store(events, () =>
        {
            if (events is [RunResubmitted])
            {
                _troubles.Clear();
                ForgetDeaths();
                _stall.End();
                _mergeAttempts = 0;

                // The list of settled tiles may be another one now: whoever reads it begins anew.
                _mergers.Tell(new AbandonMerge(_runId));
            }

            Publish();
        });
    }

    private void Cancel(CancelRun command)
    {
        if (_state.Specification is null)
        {
            // Nothing was begun, so there is nothing to remember.
            _coordinator.Tell(new RunFinished(_runId, command.Submission, null, null) { Cancelled = true });
            return;
        }

        WakeUp();
        Store(_state.Decide(command), Publish);
    }

    private void OnSurveyCompleted(SurveyCompleted command)
    {
        GetOn();
        _troubles.Clear(WorkGrant.Survey);
        Reply(_state.Decide(command), new WorkAcknowledged(_runId, WorkGrant.Survey));
    }

    private void OnSurveyFailed(SurveyFailed command) =>
        Reply(
            _state.Decide(command, _troubles.Fail(WorkGrant.Survey, command.WorkerId, command.Attempt), _options),
            new WorkAcknowledged(_runId, WorkGrant.Survey));

    private void OnTileAnalyzed(TileAnalyzed command)
    {
        // A worker that was cut off may repeat its report of an earlier submission, whose files are gone.
        if (command.WorkDirectory is string folder && _state.Specification is RunSpecification run && !string.Equals(folder, run.WorkDirectory, StringComparison.Ordinal))
        {
            Count("repeated", 1);
            Sender.Tell(new WorkAcknowledged(_runId, command.Outcome.Tile) { Unwanted = true });
            return;
        }

        Arrive(command.Outcome);
    }

    private void OnTileFailed(TileFailed command)
    {
        if (_state.Phase != RunPhase.Running || _state.IsSettled(command.Tile))
        {
            Sender.Tell(new WorkAcknowledged(_runId, command.Tile));
            return;
        }

        // A full disk or wrong weights meet every tile alike: the run rests instead of failing its tiles one by one.
        if (command.Failure.Code == ErrorCode.DiskFull.Value)
        {
            Rest(command.Failure);
            Sender.Tell(new WorkAcknowledged(_runId, command.Tile));
            return;
        }

        if (command.Failure.Code == ErrorCode.ModelDigestMismatch.Value)
        {
            IReadOnlyList<IRunEvent> events = Unservable(command.Failure);
            if (events.Count == 0)
            {
                Rest(command.Failure);
            }

            Reply(events, new WorkAcknowledged(_runId, command.Tile));
            return;
        }

        _incidents.Report(
            IncidentKind.TileRetried, $"Tile {command.Tile} of slide {Name} failed on {command.WorkerId}: {command.Failure.Text}", _runId, command.WorkerId);
        Count("retried", 1);
        if (_troubles.Fail(command.Tile, command.WorkerId, command.Attempt) >= _options.MaxAttempts)
        {
            Arrive(Failed(command.Tile, command.Failure));
        }
        else
        {
            Sender.Tell(new WorkAcknowledged(_runId, command.Tile));
        }
    }

    private void OnUnservable(OfferUnservable command)
    {
        if (_state.Phase is not (RunPhase.Surveying or RunPhase.Running))
        {
            return;
        }

        IReadOnlyList<IRunEvent> events = Unservable(command.Failure);
        if (events.Count == 0 && _stall.Last(command.Failure, UnservableSilence))
        {
            Stalled(command.Failure);
        }

        Store(events, Publish);
    }

    private IReadOnlyList<IRunEvent> Unservable(FailureMessage failure) => _options.QuarantineUnservable ? [new RunQuarantined(failure)] : [];

    private void Rest(FailureMessage reason)
    {
        if (_stall.Rest(reason, _options.StallPause))
        {
            Stalled(reason);
        }

        Publish();
    }

    private void Stalled(FailureMessage reason) => _incidents.Report(IncidentKind.RunStalled, $"Slide {Name} does not get on: {reason.Text}", _runId);

    private void GetOn()
    {
        if (_stall.End())
        {
            _incidents.Report(IncidentKind.RunResumed, $"Slide {Name} gets on again.", _runId);
        }
    }

    private void Arrive(TileOutcome outcome)
    {
        if (outcome.Failure is null)
        {
            GetOn();
        }

        if (_state.IsSettled(outcome.Tile) || _state.Phase != RunPhase.Running)
        {
            Count("repeated", 1);
            Sender.Tell(new WorkAcknowledged(_runId, outcome.Tile) { Unwanted = outcome.Failure is null && _state.IsUnwanted(outcome.Tile) });
            return;
        }

        _arrived.Add((outcome, Sender));
        Commit();
    }

    /// <summary>One event for everything that arrived while the previous one was written.</summary>
    private void Commit()
    {
        if (_committing || _arrived.Count == 0)
        {
            return;
        }

        (TileOutcome Outcome, IActorRef? Worker)[] batch = [.. _arrived];
        _arrived.Clear();
        IReadOnlyList<IRunEvent> events = _state.Decide(batch.Select(b => b.Outcome), _options);
        if (events.Count == 0)
        {
            Acknowledge(batch);
            return;
        }

        _committing = true;
        int left = events.Count;
        PersistAllAsync(events, fact =>
        {
            Fold(fact);
            if (--left > 0)
            {
                return;
            }

            _committing = false;
            if (_log.IsDebugEnabled)
            {
                _log.Debug("Settled tiles of run {0}: {1}", _runId, string.Join(' ', batch.Select(b => b.Outcome.Tile)));
            }

            Acknowledge(batch);
            KeepJournalShort();
            if (_state.Phase != RunPhase.Running)
            {
                Publish();
            }

            Commit();
        });
    }

    private void Acknowledge(IEnumerable<(TileOutcome Outcome, IActorRef? Worker)> batch)
    {
        foreach ((TileOutcome outcome, IActorRef? worker) in batch)
        {
            worker?.Tell(new WorkAcknowledged(_runId, outcome.Tile) { Unwanted = outcome.Failure is null && _state.IsUnwanted(outcome.Tile) });
        }
    }

    private SettledTiles PageFrom(int from)
    {
        int count = Math.Clamp(_state.Outcomes.Count - from, 0, SettledTiles.PageSize);
        return new SettledTiles(_runId, from, _state.Outcomes.Page(from, count), _state.AllSettled && from + count == _state.Outcomes.Count);
    }

    private void OnPublicationRequested(RequestPublication command)
    {
        (IReadOnlyList<IRunEvent> events, bool granted) = IsOfEarlier(command.Submission) ? ([], false) : _state.Decide(command);
        Reply(events, new PublicationAnswered(_runId, command.Token, granted));
    }

    private void OnMergeFinished(MergeFinished command)
    {
        // A run that has ended otherwise has its mergers leave: what is acknowledged may go, and a retry goes on from it.
        if (!IsOfEarlier(command.Submission) && _state.Phase is RunPhase.Running or RunPhase.Merging or RunPhase.Published)
        {
            Reply(_state.Decide(command.Publication), new MergeAcknowledged(_runId) { Submission = _state.Submission });
        }
    }

    private void OnMergeFailed(MergeFailed command)
    {
        if (IsOfEarlier(command.Submission))
        {
            return;
        }

        _log.Warning("Merging slide {0} failed: {1}", Name, command.Failure.Text);
        if (command.Failure.Code == ErrorCode.DiskFull.Value)
        {
            Rest(command.Failure);
            return;
        }

        if (_troubles.Lose([.. command.LostTiles.Where(_state.IsInTheBooks)]) >= _options.MaxMergeAttempts)
        {
            Store(_state.DecideMergeFailure(Unreadable(command.Failure), [], _options.MaxMergeAttempts, _options), Publish);
            return;
        }

        int attempts = command.LostTiles.Count == 0 ? ++_mergeAttempts : _mergeAttempts;
        Store(_state.DecideMergeFailure(command.Failure, command.LostTiles, attempts, _options), Publish);
    }

    /// <summary>A merger that was cut off may speak of the store of an earlier submission, which need not be in this one's place.</summary>
    private bool IsOfEarlier(int? submission) => submission is int stated && stated != _state.Submission;

    private FailureMessage Unreadable(FailureMessage failure) => new(
        ErrorCode.TileResultCorrupt.Value,
        $"The cells of slide '{Name}' could not be merged.",
        FormattableString.Invariant($"The result of a tile was written {_options.MaxMergeAttempts} times, and the merger could not read it each time. {failure.Why}"),
        "Check that workers and mergers see the same output folder and may read each other's files, then start the same command again.");

    private string Name => _state.Specification?.Name ?? _runId;

    private double TileSquareMillimeters()
    {
        double side = _state.Plan is null ? 0 : Domain.Tiles.TileGrid.Stride * _state.Plan.Grid.ToGrid().EffectiveMpp.MicronsPerPixel / 1000;
        return side * side;
    }

    private static TileOutcome Failed(int tile, FailureMessage reason) => new(tile, string.Empty, 0, string.Empty, StageSeconds.Zero, reason);

    private static void Count(string what, int tiles) => ClusterMeter.Tiles.Add(tiles, new KeyValuePair<string, object?>("state", what));

    private sealed class PublishTick : INoSerializationVerificationNeeded
    {
        public static readonly PublishTick Instance = new();
    }
}
