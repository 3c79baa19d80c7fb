using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;

namespace CellVitCluster.Cluster.Admission;

/// <summary>
/// Takes submissions, journals them, and keeps a bounded number of runs going until each reports its end. Cluster singleton under a
/// back-off supervisor; it is also what remembers the runs: one that falls silent is started again, wherever its shard lives then. A shell
/// around <see cref="CoordinatorState"/>.
/// </summary>
public sealed class CoordinatorActor : ReceivePersistentActor, IWithTimers
{
    private readonly IActorRef _runs;
    private readonly AdmissionOptions _options;
    private readonly TimeProvider _time;
    private readonly IncidentLog _incidents;
    private readonly Dictionary<string, ActiveRun> _active = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunProgress> _progress = new(StringComparer.Ordinal);
    private readonly HashSet<string> _eligible = new(StringComparer.Ordinal);
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
        _incidents = new IncidentLog(operations, Context.GetLogger(), time);

        Recover<IAdmissionEvent>(fact => _state = _state.Apply(fact));
        Recover<UnreadableMessage>(fact => fact.StopRecovery(PersistenceId));
        Recover<RecoveryCompleted>(_ =>
        {
            if (_options.ResumeUnfinished)
            {
                _eligible.UnionWith(_state.Unfinished.Select(run => run.Specification.RunId));
            }

            _incidents.Report(IncidentKind.TookOffice, $"The coordinator took up its work on {Akka.Cluster.Cluster.Get(Context.System).SelfAddress}.");
            Admit();
        });

        Command<SubmitRun>(Submit);
        Command<RunProgress>(OnProgress);
        Command<RunStalled>(stalled =>
        {
            if (_active.TryGetValue(stalled.RunId, out ActiveRun? watch))
            {
                watch.Stall = stalled.Failure;
            }
        });
        Command<RunFinished>(Settle);
        Command<GetRunStatuses>(query => Sender.Tell(Report(query)));
        Command<AdmitTick>(_ => Admit());
    }

    /// <inheritdoc/>
    public override string PersistenceId => "coordinator";

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(AdmitTick.Instance, AdmitTick.Instance, _options.Tick);
        base.PreStart();
    }

    private void Submit(SubmitRun command)
    {
        IActorRef sender = Sender;
        _eligible.Add(command.RunId);
        Store(_state.Decide(command), () =>
        {
            sender.Tell(new RunAdmitted(command.RunId));
            Admit();
        });
    }

    private void OnProgress(RunProgress progress)
    {
        // Kept beyond the end of the run: whoever asks then still wants to know how many tiles there were.
        _progress[progress.RunId] = progress;
        if (_active.TryGetValue(progress.RunId, out ActiveRun? watch))
        {
            watch.Heard = _time.GetUtcNow();
        }
    }

    private void Settle(RunFinished report)
    {
        IActorRef sender = Sender;
        Store(_state.Decide(report), () =>
        {
            sender.Tell(new RunFinishedAcknowledged(report.RunId));
            if (_state.Runs.TryGetValue(report.RunId, out AdmittedRun? run) && run.IsSettled)
            {
                _active.Remove(report.RunId);
            }

            Admit();
        });
    }

    /// <summary>Starts runs while there is room, and starts silent ones again.</summary>
    private void Admit()
    {
        foreach (AdmittedRun run in _state.Unfinished)
        {
            string runId = run.Specification.RunId;
            if (_active.TryGetValue(runId, out ActiveRun? watch))
            {
                if (_time.GetUtcNow() - watch.Heard < _options.RunSilence)
                {
                    continue;
                }
            }
            else if (_active.Count < _options.MaxActiveRuns && _eligible.Contains(runId))
            {
                _active[runId] = watch = new ActiveRun();
            }
            else
            {
                continue;
            }

            watch.Heard = _time.GetUtcNow();
            _runs.Tell(new StartRun(run.Specification, run.Submission, run.Fresh));
        }
    }

    private RunStatuses Report(GetRunStatuses query)
    {
        var statuses = new List<RunStatus>();
        foreach (string runId in query.RunIds.Take(GetRunStatuses.MaxRuns))
        {
            if (!_state.Runs.TryGetValue(runId, out AdmittedRun? run))
            {
                continue;
            }

            ActiveRun? watch = _active.GetValueOrDefault(runId);
            RunProgress? progress = _progress.GetValueOrDefault(runId);
            RunPhase phase = run.Publication is not null ? RunPhase.Published
                : run.Failure is not null ? RunPhase.Quarantined
                // A run that was submitted again may still have its last word from before; only this journal says that it has ended.
                : watch is not null && progress is { Phase: not (RunPhase.Published or RunPhase.Quarantined) } ? progress.Phase
                : RunPhase.Waiting;
            statuses.Add(new RunStatus(runId, phase, progress, run.Publication, run.Failure ?? watch?.Stall));
        }

        return new RunStatuses(statuses);
    }

    private void Store(IReadOnlyList<IAdmissionEvent> events, Action then)
    {
        if (events.Count == 0)
        {
            then();
            return;
        }

        int left = events.Count;
        PersistAll(events, fact =>
        {
            _state = _state.Apply(fact);
            if (--left == 0)
            {
                then();
            }
        });
    }

    private sealed class ActiveRun
    {
        public DateTimeOffset Heard { get; set; }

        public FailureMessage? Stall { get; set; }
    }

    private sealed class AdmitTick : INoSerializationVerificationNeeded
    {
        public static readonly AdmitTick Instance = new();
    }
}
