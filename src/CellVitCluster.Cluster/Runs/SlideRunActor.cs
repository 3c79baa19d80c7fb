using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Runs;

/// <summary>
/// The book-keeper of one slide: has it surveyed, offers its pending tiles, journals results in group commits, acknowledges them only
/// then, feeds the merger and journals the publication. A shell around <see cref="SlideRunState"/>. Sharded, one entity per run.
/// </summary>
public sealed class SlideRunActor : ReceivePersistentActor, IWithTimers
{
    private readonly IActorRef _coordinator;
    private readonly IActorRef _dispatcher;
    private readonly IActorRef _mergers;
    private readonly SlideRunOptions _options;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IncidentLog _incidents;

    private readonly Dictionary<int, int> _attempts = [];
    private readonly List<(TileOutcome Outcome, IActorRef Worker)> _arrived = [];
    private SlideRunState _state = SlideRunState.Empty;
    private StageSeconds _seconds = StageSeconds.Zero;
    private long _cellsSeen;
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
    public SlideRunActor(
        string runId, IActorRef coordinator, IActorRef dispatcher, IActorRef mergers, IActorRef operations, SlideRunOptions options, TimeProvider time)
    {
        PersistenceId = $"run-{runId}";
        _coordinator = coordinator;
        _dispatcher = dispatcher;
        _mergers = mergers;
        _options = options;
        _incidents = new IncidentLog(operations, _log, time);

        Recover<IRunEvent>(Fold);
        Recover<UnreadableMessage>(fact => fact.StopRecovery(PersistenceId));
        Recover<RecoveryCompleted>(_ => _resumedTiles = _state.Outcomes.Count);

        Command<StartRun>(Start);
        Command<SurveyCompleted>(command => Reply(_state.Decide(command), new WorkAcknowledged(command.RunId, WorkGrant.Survey)));
        Command<SurveyFailed>(OnSurveyFailed);
        Command<TileAnalyzed>(command => Arrive(command.Outcome));
        Command<TileFailed>(OnTileFailed);
        Command<GetSettledTiles>(command => Sender.Tell(PageFrom(command.From)));
        Command<MergeFinished>(command => Reply(_state.Decide(command.Publication), new MergeAcknowledged(command.RunId)));
        Command<MergeFailed>(OnMergeFailed);
        Command<RunFinishedAcknowledged>(_ => OnFinishedAcknowledged());
        Command<PublishTick>(_ => Publish());
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(PublishTick.Instance, PublishTick.Instance, _options.Tick);
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Error(cause, "The journal refused a fact of run {0}", PersistenceId);
        if (_state.Specification is not null)
        {
            _coordinator.Tell(new RunStalled(_state.Specification.RunId, new FailureMessage(
                ErrorCode.DiskFull.Value,
                $"The journal refused to store the progress of slide '{_state.Specification.Name}'.",
                $"{cause.GetType().Name}: {cause.Message}",
                "Free disk space or mend the database, then start the same command again; finished tiles are kept.")));
        }

        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    private void Start(StartRun command)
    {
        IReadOnlyList<IRunEvent> events = _state.Decide(command);
        if (events.Count == 0)
        {
            Publish();
            return;
        }

        Store(events, () =>
        {
            _attempts.Clear();
            _mergeAttempts = 0;
            Publish();
        });
    }

    private void OnSurveyFailed(SurveyFailed command) =>
        Reply(_state.Decide(command, CountAttempt(WorkGrant.Survey), _options), new WorkAcknowledged(command.RunId, WorkGrant.Survey));

    private void OnTileFailed(TileFailed command)
    {
        if (_state.IsSettled(command.Tile))
        {
            Sender.Tell(new WorkAcknowledged(command.RunId, command.Tile));
            return;
        }

        _incidents.Report(
            IncidentKind.TileRetried,
            $"Tile {command.Tile} of slide {_state.Specification?.Name} failed on {command.WorkerId}: {command.Failure.Text}",
            command.RunId,
            command.WorkerId);
        // A full disk or wrong weights meet every tile alike: stop the run instead of failing its tiles one by one.
        if (command.Failure.Code == ErrorCode.DiskFull.Value || command.Failure.Code == ErrorCode.ModelDigestMismatch.Value)
        {
            Reply([new RunQuarantined(command.Failure)], new WorkAcknowledged(command.RunId, command.Tile));
        }
        else if (CountAttempt(command.Tile) >= _options.MaxAttempts)
        {
            Arrive(new TileOutcome(command.Tile, string.Empty, 0, string.Empty, StageSeconds.Zero, command.Failure));
        }
        else
        {
            Sender.Tell(new WorkAcknowledged(command.RunId, command.Tile));
        }
    }

    private int CountAttempt(int tile) => _attempts[tile] = _attempts.GetValueOrDefault(tile) + 1;

    private void Arrive(TileOutcome outcome)
    {
        if (_state.IsSettled(outcome.Tile) || _state.Phase != RunPhase.Running)
        {
            Sender.Tell(new WorkAcknowledged(PersistenceId["run-".Length..], outcome.Tile));
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

        (TileOutcome Outcome, IActorRef Worker)[] batch = [.. _arrived];
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
            Acknowledge(batch);
            if (_state.Phase != RunPhase.Running)
            {
                Publish();
            }

            Commit();
        });
    }

    private void Acknowledge(IEnumerable<(TileOutcome Outcome, IActorRef Worker)> batch)
    {
        foreach ((TileOutcome outcome, IActorRef worker) in batch)
        {
            worker.Tell(new WorkAcknowledged(_state.Specification!.RunId, outcome.Tile));
        }
    }

    private SettledTiles PageFrom(int from)
    {
        int count = Math.Clamp(_state.Outcomes.Count - from, 0, SettledTiles.PageSize);
        return new SettledTiles(
            _state.Specification?.RunId ?? string.Empty,
            from,
            count == 0 ? [] : _state.Outcomes.GetRange(from, count),
            _state.AllSettled && from + count == _state.Outcomes.Count);
    }

    private void OnMergeFailed(MergeFailed command)
    {
        _log.Warning("Merging slide {0} failed: {1}", _state.Specification?.Name, command.Failure.Text);
        Store(_state.DecideMergeFailure(command.Failure, command.LostTiles, ++_mergeAttempts, _options), Publish);
    }

    private void Reply(IReadOnlyList<IRunEvent> events, object answer)
    {
        IActorRef sender = Sender;
        Store(events, () =>
        {
            sender.Tell(answer);
            Publish();
        });
    }

    private void Store(IReadOnlyList<IRunEvent> events, Action then)
    {
        if (events.Count == 0)
        {
            then();
            return;
        }

        int left = events.Count;
        PersistAll(events, fact =>
        {
            Fold(fact);
            if (--left == 0)
            {
                then();
            }
        });
    }

    private void Fold(IRunEvent fact)
    {
        _state = _state.Apply(fact);
        if (fact is TilesSettled settled)
        {
            foreach (TileOutcome tile in settled.Tiles)
            {
                _cellsSeen += tile.Cells;
                _seconds += tile.Seconds;
            }
        }
    }

    /// <summary>Tells everyone what they need to go on; repeated with every tick, so that no lost message stops a run.</summary>
    private void Publish()
    {
        if (_state.Specification is not RunSpecification specification)
        {
            return;
        }

        _coordinator.Tell(Progress(specification));
        switch (_state.Phase)
        {
            case RunPhase.Surveying:
                _dispatcher.Tell(new OfferWork(specification, null, []));
                break;
            case RunPhase.Running:
                _dispatcher.Tell(new OfferWork(specification, _state.Plan!.Grid, _state.PendingBitmap()));
                _mergers.Tell(new MergeRun(specification, _state.Slide!, _state.Plan));
                break;
            case RunPhase.Merging:
                _dispatcher.Tell(new WithdrawOffer(specification.RunId));
                _mergers.Tell(new MergeRun(specification, _state.Slide!, _state.Plan!));
                break;
            case RunPhase.Published or RunPhase.Quarantined:
                _dispatcher.Tell(new WithdrawOffer(specification.RunId));
                _coordinator.Tell(new RunFinished(specification.RunId, _state.Submission, _state.Publication, _state.Failure));
                break;
        }
    }

    private RunProgress Progress(RunSpecification specification)
    {
        double side = _state.Plan is null ? 0 : Domain.Tiles.TileGrid.Stride * _state.Plan.Grid.ToGrid().EffectiveMpp.MicronsPerPixel / 1000;
        return new RunProgress(
            specification.RunId,
            _state.Phase,
            _state.TileCount,
            _state.Outcomes.Count - _state.FailedTiles,
            _state.FailedTiles,
            Math.Min(_resumedTiles, _state.Outcomes.Count),
            _cellsSeen,
            side * side,
            _seconds);
    }

    private void OnFinishedAcknowledged()
    {
        if (_state.IsFinished)
        {
            Timers.CancelAll();
            Context.Parent.Tell(new Passivate(PoisonPill.Instance));
        }
    }

    private sealed class PublishTick : INoSerializationVerificationNeeded
    {
        public static readonly PublishTick Instance = new();
    }
}
