using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Admission;

/// <summary>
/// Takes submissions of runs and batches, journals them, and keeps a bounded number of runs going until each reports its end. Cluster
/// singleton under a back-off supervisor; it is also what remembers the runs: one that falls silent is started again, wherever its shard
/// lives then. A shell around <see cref="CoordinatorState"/>; slides are identified and disks looked at off the actor.
/// </summary>
public sealed partial class CoordinatorActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>Cancellations and forgettings under way at once: each wakes a run up.</summary>
    private const int MaxWakened = 32;

    private readonly IActorRef _runs;
    private readonly AdmissionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IncidentLog _incidents;
    private readonly DiskWatch _disks;
    private readonly WorkStatuses _statuses;
    private readonly Dictionary<string, DateTimeOffset> _heard = new(StringComparer.Ordinal);
    private readonly Dictionary<SlideOfBatch, TakenPlace> _composing = [];
    private readonly HashSet<string> _askedFor = new(StringComparer.Ordinal);
    private CoordinatorState _state = CoordinatorState.Empty;

    /// <summary>Creates the coordinator.</summary>
    /// <param name="runs">Shard region of the runs.</param>
    /// <param name="operations">Proxy of the operations singleton.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">Clock.</param>
    public CoordinatorActor(IActorRef runs, IActorRef operations, AdmissionOptions options, TimeProvider time)
    {
        _runs = runs;
        _options = options;
        _time = time;
        _incidents = new IncidentLog(operations, _log, time);
        _disks = new DiskWatch(options);
        _statuses = new WorkStatuses(_disks);

        ReceiveJournal();

        Command<SubmitRun>(Submit);
        Command<OpenBatch>(command => Answer(_state.Decide(command, Now), command.BatchId));
        Command<AddSlides>(command => Answer(_state.Decide(command), command.BatchId));
        Command<CancelWork>(command => Answer(_state.Decide(command, Now), command.Target.RunId ?? command.Target.BatchId));
        Command<RetryWork>(command => Answer(_state.Decide(command, Now), command.Target.RunId ?? command.Target.BatchId));
        Command<PrioritizeWork>(command => Answer(_state.Decide(command, Now), askedFor: null));
        Command<SlideComposed>(OnComposed);
        Command<SpaceMeasured>(OnMeasured);
        Command<RunProgress>(OnProgress);
        Command<RunStalled>(_statuses.Hear);
        Command<RunFinished>(Settle);
        Command<RunForgotten>(OnForgotten);
        Command<WorkRemoved>(removed => _forgotten.Add(removed.RunId));
        Command<GetRunStatuses>(query => Sender.Tell(new RunStatuses(
            [.. query.RunIds.Take(GetRunStatuses.MaxRuns).Select(id => _state.Runs.GetValueOrDefault(id)).OfType<AdmittedRun>().Select(run => _statuses.Of(run, IsActive(run.RunId)))])));
        Command<GetBatches>(query => Sender.Tell(WorkStatuses.Page(query, _state)));
        Command<GetBatch>(query => Sender.Tell(new Batches(
            _state.Batches.TryGetValue(query.BatchId, out AdmittedBatch? batch) ? [WorkStatuses.Of(batch)] : [], _state.Batches.Count)));
        Command<GetBatchSlides>(query => Sender.Tell(_statuses.Page(query, _state, IsActive)));
        Command<AdmitTick>(_ =>
        {
            DeleteEvents();
            Forget();
            Admit();
        });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(AdmitTick.Instance, AdmitTick.Instance, _options.Tick);
        base.PreStart();
    }

    private bool IsActive(string runId) => _heard.ContainsKey(runId);

    private void Submit(SubmitRun command)
    {
        IActorRef sender = Sender;
        _askedFor.Add(command.RunId);
        Store(_state.Decide(command, Now), () =>
        {
            sender.Tell(new RunAdmitted(command.RunId));
            Admit();
        });
    }

    private void Answer(AdmissionDecision decision, string? askedFor)
    {
        IActorRef sender = Sender;
        if (askedFor is not null)
        {
            _askedFor.Add(askedFor);
        }

        Store(decision.Events, () =>
        {
            sender.Tell(decision.Reply);
            Admit();
        });
    }

    private void OnProgress(RunProgress progress)
    {
        _statuses.Hear(progress);
        if (!IsActive(progress.RunId))
        {
            return;
        }

        _heard[progress.RunId] = _time.GetUtcNow();
        if (_state.Runs.TryGetValue(progress.RunId, out AdmittedRun? run) && !run.IsSettled && !run.Cancelling && run.Priority != progress.Priority)
        {
            Start(run);
        }
    }

    private void Settle(RunFinished report)
    {
        IActorRef sender = Sender;
        IReadOnlyList<IAdmissionEvent> events = _state.Decide(report, Now);
        Store(events, () =>
        {
            sender.Tell(new RunFinishedAcknowledged(report.RunId));
            if (!_state.Unfinished.Contains(report.RunId))
            {
                _heard.Remove(report.RunId);
            }

            if (events.Count > 0)
            {
                string end = report.Publication is not null ? "published" : report.Cancelled ? "cancelled" : "quarantined";
                ClusterMeter.Slides.Add(1, new KeyValuePair<string, object?>("state", end));
                ClusterMeter.Cells.Add(report.Publication?.Cells ?? 0);
            }

            Admit();
        });
    }

    /// <summary>Starts work while there is room, starts silent runs again, and stops the cancelled ones.</summary>
    private void Admit()
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (string runId in _state.Cancelling.Take(MaxWakened))
        {
            _runs.Tell(new CancelRun(runId, _state.Runs[runId].Submission));
        }

        foreach (string runId in _heard.Where(run => now - run.Value >= _options.RunSilence).Select(run => run.Key).ToArray())
        {
            if (_state.Runs.TryGetValue(runId, out AdmittedRun? run) && run is { IsSettled: false, Cancelling: false })
            {
                Start(run);
            }
        }

        Measure(now);
        while (Next() is WaitingWork work)
        {
            if (work.Run is not null)
            {
                Start(work.Run);
            }
            else
            {
                Compose(work.Slide!.Value, work);
            }
        }
    }

    private WaitingWork? Next()
    {
        List<TakenPlace> taken = [.. _composing.Values];
        foreach (string runId in _heard.Keys)
        {
            if (_state.Runs.TryGetValue(runId, out AdmittedRun? run))
            {
                taken.Add(new TakenPlace(run.Submitter, run.Priority));
            }
        }

        // Even the highest class finds no place then; do not look through everything that waits.
        return taken.Count(place => place.Priority >= (int)RunPriority.Stat) >= _options.MaxActiveRuns
            ? null
            : AdmissionQueue.Next(Waiting().Where(work => _disks.HasRoom(work.OutputDirectory)), taken, _options.MaxActiveRuns);
    }

    private IEnumerable<WaitingWork> Waiting() => AdmissionQueue.Waiting(_state, IsActive, _composing.ContainsKey)
        .Where(work => _options.ResumeUnfinished || _askedFor.Contains(work.Run?.RunId ?? work.Slide!.Value.BatchId));

    private void Start(AdmittedRun run)
    {
        _heard[run.RunId] = _time.GetUtcNow();
        _runs.Tell(new StartRun(run.Specification, run.Submission, run.Fresh) { Priority = run.Priority, Submitter = run.Submitter });
    }

    private void Compose(SlideOfBatch slide, WaitingWork work)
    {
        AdmittedBatch batch = _state.Batches[slide.BatchId];
        _composing[slide] = new TakenPlace(work.Submitter, work.Priority);
        BatchSlide asked = batch.Entries[slide.Entry].Slide;
        RunTemplate template = batch.Opening.Template;
        Compose(slide, asked, () => RunComposition.Compose(asked, template), prepared: !template.Fresh);
    }

    private void Compose(SlideOfBatch slide, BatchSlide asked, Func<ComposedSlide> compose, bool prepared) => _ = Task.Run(compose).PipeTo(
        Self,
        success: composed => new SlideComposed(slide, composed, prepared),
        failure: cause => new SlideComposed(slide, new ComposedSlide(null, FailureMessage.From(cause, $"Slide '{asked.Path}' cannot be submitted.")), true));

    private void OnComposed(SlideComposed message)
    {
        SlideOfBatch slide = message.Slide;
        IReadOnlyList<IAdmissionEvent> events = _state.Decide(slide, message.Composed, Now);
        if (events is [RunSubmitted] && message is { Composed.Specification: RunSpecification run, Prepared: false } && !_state.IsShared(slide, run))
        {
            // Only now it is certain that nobody works on the run whose earlier results go.
            Compose(slide, _state.Batches[slide.BatchId].Entries[slide.Entry].Slide, () => Prepare(run), prepared: true);
            return;
        }

        Store(events, () =>
        {
            _composing.Remove(slide);
            if (events is [RunSubmitted submitted] && _state.Unfinished.Contains(submitted.Specification.RunId))
            {
                // The place of the slide is its run's now.
                _askedFor.Add(submitted.Specification.RunId);
                Start(_state.Runs[submitted.Specification.RunId]);
            }

            Admit();
        });
    }

    private static ComposedSlide Prepare(RunSpecification run)
    {
        FreshStart.Prepare(run);
        return new ComposedSlide(run, null);
    }

    private void Measure(DateTimeOffset now)
    {
        IReadOnlyList<string> folders = _disks.Due(Waiting().Select(work => work.OutputDirectory).ToHashSet(StringComparer.Ordinal), now);
        if (folders.Count > 0)
        {
            Func<string, long> measure = _options.FreeBytes;
            _ = Task.Run(() => folders.ToDictionary(folder => folder, measure, StringComparer.Ordinal))
                .PipeTo(Self, success: free => new SpaceMeasured(free), failure: _ => new SpaceMeasured(folders.ToDictionary(f => f, _ => long.MaxValue, StringComparer.Ordinal)));
        }
    }

    private void OnMeasured(SpaceMeasured measured)
    {
        foreach ((string folder, FailureMessage? reason) in _disks.Update(measured.Free))
        {
            _incidents.Report(
                reason is null ? IncidentKind.AdmissionResumed : IncidentKind.AdmissionPaused,
                reason?.Text ?? $"New slides are begun again: the output folder '{folder}' has room.");
        }

        Admit();
    }

    private sealed record SlideComposed(SlideOfBatch Slide, ComposedSlide Composed, bool Prepared) : INoSerializationVerificationNeeded;

    private sealed record SpaceMeasured(IReadOnlyDictionary<string, long> Free) : INoSerializationVerificationNeeded;

    private sealed class AdmitTick : INoSerializationVerificationNeeded
    {
        public static readonly AdmitTick Instance = new();
    }
}
